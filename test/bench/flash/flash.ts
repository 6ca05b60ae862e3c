/** How fast the flash engine is: ratios against rivals and physical limits, on emulated devices in maintenance. */
import type { DeviceName } from '../../lab/index.js';
import { Bed } from './bed.js';
import { blockRows } from './block.js';
import type { Row } from './measure.js';
import { resourceRows } from './resources.js';
import { ubiRows } from './ubi.js';

/** The rows by their names, and the device that each is measured on. */
const devices: [DeviceName, Record<string, (bed: Bed) => Promise<Row[]>>][] = [
  ['sbc-systemd', { ...blockRows, ...resourceRows }],
  ['router-ubi', ubiRows],
];

/** The names of rows. */
export const flashRows = devices.flatMap(([, rows]) => Object.keys(rows));

/** Measures the rows of these names, and tells each when it is there. */
export async function flashFigures(names: string[], told: (row: Row) => void): Promise<Row[]> {
  const done: Row[] = [];
  for (const [device, rows] of devices) {
    const wanted = Object.entries(rows).filter(([name]) => names.includes(name));
    if (wanted.length === 0) continue;
    const bed = await Bed.with(device);
    try {
      for (const [, measure] of wanted) {
        const measured = await measure(bed);
        measured.forEach(told);
        done.push(...measured);
      }
    } finally {
      await bed.close();
    }
  }
  return done;
}
