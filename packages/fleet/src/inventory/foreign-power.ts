import { absolutePower } from '../power/absolute.js';
import { powerFaults } from '../power/faults.js';
import { PowerSchema, type PowerSettings } from '../power/schema.js';
import type { Mistake } from './mistakes.js';

/** The `power` of a device as a table or a program tells it, or what is wrong with it. */
export interface ForeignPower {
  /** What it says; none where it has mistakes. */
  power?: PowerSettings;
  /** What is wrong with it. */
  mistakes: Mistake[];
}

/**
 * Checks a `power` that no `fleet.yaml` holds.
 * @param file to which its paths are relative
 * @param at where it stands; its fields have their names behind that
 */
export async function foreignPower(
  value: unknown,
  file: string,
  at: Pick<Mistake, 'file' | 'line' | 'path'>,
): Promise<ForeignPower> {
  const { checkYaml } = await import('levitate');
  const read = checkYaml(JSON.stringify(value), file, PowerSchema);
  if ('problems' in read)
    return {
      mistakes: read.problems.map(({ line: _line, column: _column, path, ...problem }) => ({
        ...problem,
        ...at,
        path: [at.path, path].filter((part) => part !== '').join('.'),
      })),
    };
  const power = read.value as PowerSettings;
  const mistakes = powerFaults(power).map(({ field, ...fault }) => ({
    ...fault,
    ...at,
    path: [at.path, ...(field === undefined ? [] : [field])].join('.'),
  }));
  return mistakes.length > 0 ? { mistakes } : { power: absolutePower(power, file), mistakes };
}
