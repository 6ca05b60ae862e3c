/**
 * `npm run bench [-- NAME...]`: figures as ratios against a rival or a known limit in the same run, since machines
 * differ. Names: build, start, memory, downtime; all of them unless told.
 */
import { buildFigures } from './build.js';
import { downtime } from './downtime.js';
import { memoryFigures } from './memory.js';
import { startFigures } from './start.js';
import { table } from './table.js';

const mebi = 1024 * 1024;
const seconds = (value: number) => `${value.toFixed(2)} s`;
const megabytes = (value: number) => `${(value / 1e6).toFixed(2)} MB`;
const times = (value: number) => `${value.toFixed(2)} ×`;

const benches: Record<string, () => Promise<string[][]>> = {
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
        '≤ 1.50 ×',
      ],
      [
        'mkinitramfs',
        seconds(warmSeconds),
        seconds(mkinitramfsSeconds),
        times(mkinitramfsSeconds / warmSeconds),
        '≥ 10 ×',
      ],
      ['two builds', identical ? 'identical' : 'DIFFER', '', '', 'identical'],
      ['archive from Debian packages', megabytes(archiveBytes), '', '', '≤ 3.50 MB'],
    ];
  },
  start: async () => {
    const { helpMs, nodeMs } = await startFigures();
    return [
      ['start', 'CPU', 'node alone', 'ratio', 'must be'],
      ['levitate --help', `${helpMs} ms`, `${nodeMs} ms`, times(helpMs / nodeMs), '≤ 150 ms'],
    ];
  },
  memory: async () => {
    const { filesBytes, processBytes } = await memoryFigures();
    const all = (filesBytes + processBytes) / mebi;
    return [
      ['idle maintenance root in RAM', 'files', 'processes', 'together', 'must be'],
      [
        'router, Debian packages',
        megabytes(filesBytes),
        megabytes(processBytes),
        `${all.toFixed(2)} MiB`,
        '≤ 8 MiB',
      ],
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
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const bench = benches[name];
  if (!bench) {
    process.stderr.write(`no such bench: ${name}; there are ${Object.keys(benches).join(', ')}\n`);
    process.exit(2);
  }
  process.stdout.write(`${table(await bench())}\n\n`);
}
