import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { FleetError, reasonOf } from '../errors.js';

/** What files hold, by their paths: SHA-256 in hex. */
export type Pins = Record<string, string>;

/** Digests of files that were read, while they are the same by size and times. */
const known = new Map<string, { mark: string; sha256: string }>();

/**
 * The SHA-256 of a file; one that was read before is read again only where it has changed.
 * @throws FleetError ROLLOUT_INVALID where it cannot be read
 */
export async function digestOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path);
    const mark = [size, mtimeMs, ctimeMs, ino].join(' ');
    const found = known.get(path);
    if (found?.mark === mark) return found.sha256;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest('hex');
    known.set(path, { mark, sha256 });
    return sha256;
  } catch (cause) {
    throw new FleetError('ROLLOUT_INVALID', `${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/** The digests of several files. @throws FleetError ROLLOUT_INVALID */
export async function pinsOf(paths: Iterable<string>): Promise<Pins> {
  const pins: Pins = {};
  for (const path of [...new Set(paths)].sort()) pins[path] = await digestOf(path);
  return pins;
}

/** The path of an image in what `deploy` takes for one: behind `raw:`, before `#sha256=`. */
export const imagePath = (image: string): string =>
  image.replace(/^raw:/, '').replace(/#sha256=[0-9a-f]*$/i, '');
