/** What is on a disk before and after a flash, and what a disk holds in between. */
import { chunkSize } from '../../src/image/image.js';
import type { Random } from '../fuzz/random.js';

/** A build that a device can boot. */
export type Build = 'old' | 'new';

/** The targets of profile.yaml; the disk of a device stands for each of them. */
export const targets = ['disk', 'firmware', 'volume'] as const;
export type Target = (typeof targets)[number];

/** The disk of a device in bytes. */
const diskBytes = 8 * chunkSize;
const sector = 512;
/** Of the flash that device/kinds/mtd.sh stands for. */
const eraseBytes = 65536;
/** Where device/update-volume marks an update that has not ended. */
const mark = diskBytes - 4096;

export interface Content {
  target: Target;
  /** The image of the new build. */
  image: Buffer;
  /** The image that brings the old build back. */
  oldImage: Buffer;
  /** The whole disk with this build on it. */
  disk(build: Build): Buffer;
}

/** Makes a disk, and an image of which some chunks differ from what is there. */
export function makeContent(random: Random, target: Target): Content {
  const old = noise(random, diskBytes);
  const length = 4 * chunkSize + random.below(3 * chunkSize);
  const image = noise(random, length);
  const share = random.pick([0, 0, 30, 80]);
  for (let at = chunkSize; at < length; at += chunkSize) {
    if (random.below(100) < share) old.copy(image, at, at, Math.min(length, at + chunkSize));
    else if (random.once(5)) image.fill(0, at, Math.min(length, at + chunkSize));
  }
  if (target === 'volume') old.fill(0, mark).fill(0xff, mark, mark + 4);
  // The rest of the last eraseblock belongs to an image.
  if (target === 'firmware') old.fill(0xff, length, Math.ceil(length / eraseBytes) * eraseBytes);
  const whole = Buffer.from(old);
  image.copy(whole);
  const disk = (build: Build) => (build === 'old' ? old : whole);
  return { target, image, oldImage: old.subarray(0, length), disk };
}

function noise(random: Random, bytes: number): Buffer {
  const words = new Uint32Array(bytes / 4 + 1);
  for (let index = 0; index < words.length; index += 1) words[index] = random.word();
  return Buffer.from(words.buffer, 0, bytes);
}

/** What a disk holds. */
export interface Found {
  /**
   * A build as a whole; `invalid` where nothing starts from it; `mixed` where something would, and not all of it is of one
   * build.
   */
  kind: Build | 'invalid' | 'mixed';
  /** Which chunks of the image are those of the new build. */
  chunks: boolean[];
  /** Whether anything behind the image has changed. */
  behind: boolean;
}

/** Tells what a disk holds. */
export function contentOf({ target, image, disk }: Content, found: Buffer): Found {
  const count = Math.ceil(image.length / chunkSize);
  const chunks = Array.from({ length: count }, (_, index) => {
    const end = Math.min(image.length, (index + 1) * chunkSize);
    return found.subarray(index * chunkSize, end).equals(image.subarray(index * chunkSize, end));
  });
  const is = (build: Build, from: number, to: number): boolean =>
    found.subarray(from, to).equals(disk(build).subarray(from, to));
  const isWhole = (build: Build) => is(build, 0, diskBytes);
  // A volume is read once its update has ended; a loader looks at the first sector of a disk or a flash.
  const starts =
    target === 'volume' ? is('old', mark, diskBytes) : is('old', 0, sector) || is('new', 0, sector);
  const rest =
    target === 'firmware' ? Math.ceil(image.length / eraseBytes) * eraseBytes : image.length;
  return {
    kind: isWhole('old') ? 'old' : isWhole('new') ? 'new' : starts ? 'mixed' : 'invalid',
    chunks,
    behind: !is('old', rest, target === 'volume' ? mark : diskBytes),
  };
}
