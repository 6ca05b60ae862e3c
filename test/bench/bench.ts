/**
 * `npm run bench [-- NAME...]`: figures as ratios against a rival or a known limit in the same run, since machines
 * differ. Names: build, ready, start, memory, downtime, flash, fleet; all of them unless told. `flash:ROW` is one row of flash, and
 * so of fleet. What misses a limit is named at the end.
 */
import { buildFigures } from './build.js';
import { downtime } from './downtime.js';
import { fleetFigures, fleetRows } from './fleet/fleet.js';
import { flashFigures, flashRows } from './flash/flash.js';
import type { Row } from './flash/measure.js';
import { memoryFigures } from './memory.js';
import { readyFigures } from './ready.js';
import { startFigures } from './start.js';
import { table } from './table.js';

const mebi = 1024 * 1024;
const seconds = (value: number) => `${value.toFixed(2)} s`;
const megabytes = (value: number) => `${(value / 1e6).toFixed(2)} MB`;
const missed: string[] = [];
/** The words of a limit; a run that misses one ends with status 1. */
const must = (what: string, held: boolean, limit: string): string => {
  if (!held) missed.push(`${what} must be ${limit}`);
  return limit;
};
const times = (value: number) => `${value.toFixed(2)} ×`;

const size = (name: string, bytes: number, limit: number): string[] => {
  return [name, megabytes(bytes), '', '', must(name, bytes <= limit, `≤ ${megabytes(limit)}`)];
};

/** A row of flash in columns. */
function cells({ what, ours, against, ratio, limit }: Row): string[] {
  if (limit === Infinity) return [what, ours, against, times(ratio), '', ''];
  const most = `≤ ${times(limit)}`;
  must(`${what}, against ${against}`, ratio <= limit, most);
  return [what, ours, against, times(ratio), most, ratio <= limit ? 'yes' : 'NO'];
}

/** Tells a row of a long table when it is measured. */
const told = ({ what, ratio }: Row): void =>
  void process.stderr.write(`  ${what}: ${times(ratio)}\n`);

const benches: Record<string, (rows: string[]) => Promise<string[][]>> = {
  build: async () => {
    const { warmSeconds, pipeSeconds, mkinitramfsSeconds, identical, archiveBytes } =
      await buildFigures();
    return [
      ['build of the router profile', 'levitate', 'rival', 'ratio', 'must be'],
      [
        'find | cpio | gzip -9',
        seconds(warmSeconds),
        seconds(pipeSeconds),
        times(warmSeconds / pipeSeconds),
        must('a warm build, beside a pipe', warmSeconds <= 1.5 * pipeSeconds, '≤ 1.50 ×'),
      ],
      [
        'mkinitramfs',
        seconds(warmSeconds),
        seconds(mkinitramfsSeconds),
        times(mkinitramfsSeconds / warmSeconds),
        must('mkinitramfs, beside a warm build', mkinitramfsSeconds >= 10 * warmSeconds, '≥ 10 ×'),
      ],
      [
        'two builds',
        identical ? 'identical' : 'DIFFER',
        '',
        '',
        must('two builds', identical, 'identical'),
      ],
      size('archive from Debian packages', archiveBytes, 3.5e6),
    ];
  },
  ready: async () => {
    const { archiveBytes, unpackedBytes, firstSeconds, warmSeconds } = await readyFigures();
    const within = (what: string, value: number, limit: number) => [
      ...[what, seconds(value)],
      must(what, value <= limit, `≤ ${seconds(limit)}`),
    ];
    const small = (what: string, bytes: number, limit: number) => [
      ...[what, megabytes(bytes)],
      must(what, bytes <= limit, `≤ ${megabytes(limit)}`),
    ];
    return [
      ['router profile from a ready root, alone on a machine', 'levitate', 'must be'],
      small('archive', archiveBytes, 1e6),
      small('archive, unpacked', unpackedBytes, 2.5 * mebi),
      within('first build', firstSeconds, 1),
      within('warm build', warmSeconds, 0.3),
    ];
  },
  start: async () => {
    const { helpMs, nodeMs } = await startFigures();
    return [
      ['start', 'CPU', 'node alone', 'ratio', 'must be'],
      [
        'levitate --help',
        `${helpMs} ms`,
        `${nodeMs} ms`,
        times(helpMs / nodeMs),
        must('levitate --help', helpMs <= 150, '≤ 150 ms'),
      ],
    ];
  },
  memory: async () => {
    const row = async (name: string, from: 'debian' | 'ready') => {
      const { filesBytes, processBytes } = await memoryFigures(from);
      const all = (filesBytes + processBytes) / mebi;
      const limit = must(name, all <= 8, '≤ 8 MiB');
      const together = `${all.toFixed(2)} MiB`;
      return [name, megabytes(filesBytes), megabytes(processBytes), together, limit];
    };
    return [
      ['idle maintenance root in RAM', 'files', 'processes', 'together', 'must be'],
      await row('router, Debian packages', 'debian'),
      await row('router, ready root', 'ready'),
    ];
  },
  downtime: async () => [
    ['seconds without SSH', 'enter', 'plain reboot', 'ratio'],
    ...(await downtime()).map(({ device, enterSeconds, rebootSeconds }) => [
      device,
      seconds(enterSeconds),
      seconds(rebootSeconds),
      times(enterSeconds / rebootSeconds),
    ]),
  ],
  flash: async (rows) => [
    ['flash', 'levitate', 'against', 'ratio', 'must be', 'met'],
    ...(await flashFigures(rows.length > 0 ? rows : flashRows, told)).map(cells),
  ],
  fleet: async (rows) => [
    ['fleet', 'levitate', 'against', 'ratio', 'must be', 'met'],
    ...(await fleetFigures(rows.length > 0 ? rows : fleetRows, told)).map(cells),
  ],
};

/** The rows of benches that have names. */
const rowsOf: Record<string, string[]> = { flash: flashRows, fleet: fleetRows };

/** The benches that were asked for, and the rows of each; no rows are all of them. */
const wanted = new Map<string, string[]>();
for (const word of process.argv.slice(2)) {
  const [name = '', row] = word.split(':');
  const rows = [...(wanted.get(name) ?? []), ...(row === undefined ? [] : [row])];
  if (!(name in benches) || (row !== undefined && !rowsOf[name]?.includes(row))) {
    const ofRows = Object.entries(rowsOf).flatMap(([of, names]) =>
      names.map((one) => `${of}:${one}`),
    );
    const all = [...Object.keys(benches), ...ofRows];
    process.stderr.write(`no such bench: ${word}; there are ${all.join(', ')}\n`);
    process.exit(2);
  }
  wanted.set(name, rows);
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.size > 0 && !wanted.has(name)) continue;
  process.stdout.write(`${table(await bench(wanted.get(name) ?? []))}\n\n`);
}
for (const what of missed) process.stderr.write(`${what}\n`);
if (missed.length > 0) process.exitCode = 1;
