import { dirname, resolve } from 'node:path';
import type { nearest as nearestWord } from 'levitate';
import { CsvError, parse } from 'csv-parse/sync';
import { powerFields } from '../power/schema.js';
import { deviceOf, fieldMistakes, repeatedMistakes } from './check.js';
import type { PlacedDevice, RawDevice } from './check.js';
import { defaultStation, deviceFields, type InventoryDevice } from './device.js';
import { foreignPower } from './foreign-power.js';
import { invalidFile, type Mistake } from './mistakes.js';

/** The fields that a column can hold. */
const fields = [
  'name',
  ...deviceFields.filter((field) => field !== 'power'),
  ...powerFields.map((field) => `power.${field}`),
];

/** Which column of a table holds which field: field → the name in the header. */
export type Columns = Readonly<Record<string, string>>;

/** A record as csv-parse gives it with `info`. */
interface Row {
  record: string[];
  info: { lines: number };
}

/**
 * Reads a table of devices, whose first line names the columns.
 * @param columns which column holds what; columns that it does not name are then ignored. Without it, each column has the name of its field
 * @param power what the power of every device has in common
 * @throws FleetError INVENTORY_INVALID, with every mistake
 */
export async function readCsvInventory(
  text: string,
  file: string,
  columns?: Columns,
  power: Readonly<Record<string, string>> = {},
): Promise<InventoryDevice[]> {
  const { nearest } = await import('levitate');
  const [header, ...rows] = rowsOf(text, file);
  const names = header?.record.map((name) => name.trim()) ?? [];
  const wanted = Object.entries(columns ?? Object.fromEntries(names.map((name) => [name, name])));
  const wrong = wanted.flatMap(([field, column]) =>
    columnMistakes({ file, names, nearest }, field, column),
  );
  if (wrong.length > 0) throw invalidFile('INVENTORY_INVALID', file, wrong);
  const lines = rows.map(async ({ record, info }) => {
    const cells = wanted.flatMap(([field, column]) => {
      const cell = record[names.indexOf(column)]?.trim() ?? '';
      return cell === '' ? [] : [[field, field === 'tags' ? cell.split(/[\s;,]+/) : cell]];
    });
    const { power: given, ...plain } = withPower(Object.fromEntries(cells), power);
    const at: PlacedDevice['at'] = (field) => ({
      file,
      line: info.lines,
      path: columns?.[field] ?? field,
    });
    const { mistakes: wrongPower = [], ...switched } =
      given === undefined ? {} : await foreignPower(given, file, at('power'));
    const raw = named({ ...plain, ...switched }, dirname(file));
    const device = deviceOf(raw, defaultStation);
    return { device, at, wrong: [...fieldMistakes(raw, at), ...wrongPower] };
  });
  const placed = await Promise.all(lines);
  const wrongCells = placed.flatMap((line) => line.wrong);
  const mistakes = wrongCells.length > 0 ? wrongCells : repeatedMistakes(placed);
  if (mistakes.length > 0) throw invalidFile('INVENTORY_INVALID', file, mistakes);
  return placed.map(({ device }) => device);
}

/** Gathers the cells of a device's power; a device of whose power no cell tells has none. */
function withPower(
  cells: Record<string, string | string[]>,
  common: Readonly<Record<string, string>>,
): Omit<RawDevice, 'power'> & { power?: object } {
  const own = Object.entries(cells).flatMap(([field, cell]) =>
    field.startsWith('power.') ? [[field.slice('power.'.length), cell]] : [],
  );
  const plain = Object.entries(cells).filter(([field]) => !field.startsWith('power.'));
  const power = own.length > 0 ? { power: { ...common, ...Object.fromEntries(own) } } : {};
  return { ...Object.fromEntries(plain), ...power };
}

/** A device of a table without names is called by its host. */
function named(raw: RawDevice, folder: string): RawDevice {
  const { host, profile } = raw;
  return {
    ...(typeof host === 'string' ? { name: host.replace(/^.*@/, '').replaceAll(':', '-') } : {}),
    ...raw,
    ...(typeof profile === 'string' ? { profile: resolve(folder, profile) } : {}),
  };
}

function columnMistakes(
  { file, names, nearest }: { file: string; names: string[]; nearest: typeof nearestWord },
  field: string,
  column: string,
): Mistake[] {
  const known = fields.find((one) => one === field);
  const place = { file, line: 1, path: 'columns' };
  if (known === undefined) {
    const near = nearest(field, fields);
    const about = { found: JSON.stringify(field), expected: `one of ${fields.join(', ')}` };
    return [{ ...place, ...about, ...(near === undefined ? {} : { nearest: near }) }];
  }
  if (names.includes(column)) return [];
  const near = nearest(column, names);
  const about = { found: `no column ${column}`, expected: `one of ${names.join(', ')}` };
  return [{ ...place, ...about, ...(near === undefined ? {} : { nearest: near }) }];
}

function rowsOf(text: string, file: string): Row[] {
  try {
    const how = { bom: true, info: true, skip_empty_lines: true, relax_column_count: false };
    return parse(text, how) as unknown as Row[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error['lines'] ?? 1);
    const found = `no table: ${error.message}`;
    throw invalidFile('INVENTORY_INVALID', file, [
      { file, line, path: '', found, expected: 'as many cells in each line as the first one has' },
    ]);
  }
}
