import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { FleetError, reasonOf } from '../errors.js';

/** What files hold, by their paths: SHA-256 in hex. */
export type Pins = Record<string, string>;

/** Digests of files that were read, while they are the same by size and times. */
const known = new Map<string, { mark: string; sha256: Promise<string> }>();

/** Bytes of a file that is hashed by a program of its own: the devices of a station do not wait for it. */
const large = 4 * 1024 ** 2;

/**
 * The SHA-256 of a file; one that was read before is read again only where it has changed.
 * @throws FleetError ROLLOUT_INVALID where it cannot be read
 */
export async function digestOf(path: string): Promise<string> {
  try {
    const about = await stat(path);
    const mark = markOf(about);
    const found = known.get(path);
    if (found?.mark === mark) return await found.sha256;
    const sha256 = about.size < large ? hashed(path) : hashedByProgram(path);
    known.set(path, { mark, sha256 });
    sha256.catch(() => known.delete(path));
    return await sha256;
  } catch (cause) {
    throw new FleetError('ROLLOUT_INVALID', `${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/** What tells that a file is the one that it was, without a look into it. Pure. */
export const markOf = ({ size, mtimeMs, ctimeMs, ino }: Stats): string =>
  [size, mtimeMs, ctimeMs, ino].join(' ');

const hashed = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

async function hashedByProgram(path: string): Promise<string> {
  const { stdout } = await execa('sha256sum', ['--zero', '--', path], { stdin: 'ignore' });
  return stdout.slice(0, 64);
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

/** Whether an image is given as the bytes of its file, whatever they are. */
export const rawImage = (image: string): boolean => image.startsWith('raw:');

/** The failure of a rollout whose file is another one now. */
export const changedFile = (path: string, cause?: unknown): FleetError =>
  new FleetError('ROLLOUT_INVALID', `${path} is not what it was when the rollout began`, { cause });
