import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../../errors.js';
import type { CounterReport } from '../../flash/counter-report.js';
import { warn, type Run } from '../../progress.js';
import { cannotWrite, writeOutput } from '../../shared/atomic-file.js';
import { countersSvg, type Panel } from './svg.js';

/**
 * Refuses a file that could not be written at the end, before anything is done.
 * @throws LevitateError OUTPUT_FAILED
 */
export async function checkPicture(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  await access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
}

/**
 * Draws erase counters into a file.
 * @returns the path; nothing where there is nothing to draw, which is told
 * @throws LevitateError OUTPUT_FAILED
 */
export async function drawPicture(
  path: string,
  host: string,
  panels: readonly Panel[],
  run: Run,
): Promise<string | undefined> {
  if (panels.length === 0) {
    warn(run, `There are no erase counters to draw, and ${path} was not written.`);
    return undefined;
  }
  const now = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  await writeOutput(path, countersSvg(`Erase counters of ${host}`, now, panels));
  return path;
}

/** The erase counters of one MTD at two times, as a part of a picture. Pure. */
export const comparedPanel = (
  title: string,
  { before, after, histogram }: CounterReport,
): Panel => ({
  title,
  series: [
    { name: 'before', summary: before },
    { name: 'after', summary: after },
  ],
  bins: histogram.map(({ before: old, after: now, ...range }) => ({
    ...range,
    counts: [old, now],
  })),
});

/**
 * Draws what a flash has done to erase counters. What was written stays written: where the picture cannot be, that is told.
 * @returns what the result says of it
 */
export async function drawFlash(
  path: string | undefined,
  host: string,
  targets: readonly { target: string; node: string; counters?: CounterReport }[],
  run: Run,
): Promise<{ svg?: string }> {
  if (path === undefined) return {};
  const panels = targets.flatMap(({ target, node, counters }) =>
    counters ? [comparedPanel(`${target} (${node}), before and after a flash`, counters)] : [],
  );
  try {
    const svg = await drawPicture(path, host, panels, run);
    return svg === undefined ? {} : { svg };
  } catch (error) {
    warn(run, `The picture is missing: ${reasonOf(error)}`);
    return {};
  }
}
