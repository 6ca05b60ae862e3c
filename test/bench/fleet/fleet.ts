/** How much a fleet takes: counts of devices that cost nothing, an image of a GiB for many, and emulated devices at once. */
import type { Row } from '../flash/measure.js';
import { deviceRows } from './devices.js';
import { imageRow } from './image.js';
import { labRow } from './lab.js';

const rows: Record<string, () => Promise<Row[]>> = {
  devices: deviceRows,
  image: imageRow,
  lab: labRow,
};

/** The names of rows. */
export const fleetRows = Object.keys(rows);

/** Measures the rows of these names, and tells each when it is there. */
export async function fleetFigures(names: string[], told: (row: Row) => void): Promise<Row[]> {
  const done: Row[] = [];
  for (const name of names) {
    const measured = (await rows[name]?.()) ?? [];
    measured.forEach(told);
    done.push(...measured);
  }
  return done;
}
