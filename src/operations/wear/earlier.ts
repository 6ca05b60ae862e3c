import { readFile, stat } from 'node:fs/promises';
import { LevitateError, reasonOf } from '../../errors.js';
import type { EraseCounters } from '../../flash/counters.js';

/** The largest UBI has fewer eraseblocks than make a line of so many bytes. */
const mostBytes = 64 << 20;

/**
 * Reads the erase counters that an earlier `levitate wear HOST --json` has printed into a file; of several results the last
 * one counts.
 * @returns device and name of the MTD, as `mtd3 ubi` → the counters
 * @throws LevitateError USAGE where it is no such file
 */
export async function earlierCounters(path: string): Promise<Map<string, EraseCounters>> {
  const text = await textOf(path);
  const result = text.split('\n').map(parsed).findLast(isWear);
  if (!result) throw noWear(path, 'it holds no result of levitate wear');
  const found = new Map<string, EraseCounters>();
  for (const { device, name, counters } of result.media) {
    const each = counters?.counters;
    if (!Array.isArray(each)) continue;
    if (!each.every(isCounter)) throw noWear(path, `the counters of ${device} are none`);
    found.set(mediumKey({ device, name }), each);
  }
  return found;
}

/** By what an MTD is known later: its number alone may be another's after a new kernel. */
export const mediumKey = ({ device, name }: { device: string; name: string }): string =>
  `${device} ${name}`;

async function textOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > mostBytes) throw noWear(path, 'it is too large');
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof LevitateError ? error : noWear(path, reasonOf(error));
  }
}

interface EarlierWear {
  media: { device: string; name: string; counters?: { counters?: unknown } }[];
}

function isWear(value: unknown): value is EarlierWear {
  const line = value as Partial<EarlierWear & { type: string; command: string }> | undefined;
  return (
    line?.type === 'result' &&
    line.command === 'wear' &&
    Array.isArray(line.media) &&
    line.media.every((one: unknown) => {
      const medium = one as Partial<EarlierWear['media'][number]> | null;
      return typeof medium?.device === 'string' && typeof medium.name === 'string';
    })
  );
}

const isCounter = (value: unknown): value is number | null =>
  value === null || (Number.isSafeInteger(value) && Number(value) >= 0);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined;
  } catch {
    return undefined;
  }
}

const noWear = (path: string, why: string): LevitateError =>
  new LevitateError('USAGE', `${path} tells no earlier erase counters: ${why}`, {
    hint: 'It is what levitate wear HOST --json has printed: redirect that into a file.',
  });
