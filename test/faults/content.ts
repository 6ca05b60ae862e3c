/** What is on a disk before and after a flash, and what a disk holds in between. */
import { chunkSize } from '../../src/image/image.js';
import type { Random } from '../fuzz/random.js';

/** A build that a device can boot. */
export type Build = 'old' | 'new';

/** The targets of profile.yaml; the disk of a device stands for each of them. */
export const targets = ['disk', 'firmware', 'volume', 'nand'] as const;
export type Target = (typeof targets)[number];

/** The disk of a device in bytes. */
const diskBytes = 8 * chunkSize;
const sector = 512;
/** Bytes of an eraseblock, of the flash that device/kinds/mtd.sh and device/kinds/nand.sh stand for. */
const eraseBytes: Partial<Record<Target, number>> = { firmware: 65536, nand: 131072 };
/** Where device/update-volume marks an update that has not ended. */
const mark = diskBytes - 4096;

export interface Content {
  target: Target;
  /** The image of the new build. */
  image: Buffer;
  /** The image that brings the old build back. */
  oldImage: Buffer;
  /** The whole disk with the old build on it. */
  disk: Buffer;
  /** The eraseblocks that are bad from the beginning on. */
  bad: number[];
}

/** Makes a disk, and an image of which some chunks differ from what is there. */
export function makeContent(random: Random, target: Target): Content {
  const disk = noise(random, diskBytes);
  const length = 4 * chunkSize + random.below(3 * chunkSize);
  const image = noise(random, length);
  const share = random.pick([0, 0, 30, 80]);
  const bad = target === 'nand' ? [random.below(64), random.below(64)].slice(random.below(3)) : [];
  const places = placesOf(target, bad);
  // The rest of the last eraseblock belongs to an image.
  const whole = Math.ceil(length / places.bytes) * places.bytes;
  if (target === 'volume') disk.fill(0, mark).fill(0xff, mark, mark + 4);
  if (target in eraseBytes) places.write(disk, Buffer.alloc(whole - length, 0xff), length);
  const oldImage = places.read(disk).subarray(0, length);
  for (let at = chunkSize; at < length; at += chunkSize) {
    if (random.below(100) < share) oldImage.copy(image, at, at, Math.min(length, at + chunkSize));
    else if (random.once(5)) image.fill(0, at, Math.min(length, at + chunkSize));
  }
  return { target, image, oldImage, disk, bad };
}

function noise(random: Random, bytes: number): Buffer {
  const words = new Uint32Array(bytes / 4 + 1);
  for (let index = 0; index < words.length; index += 1) words[index] = random.word();
  return Buffer.from(words.buffer, 0, bytes);
}

/** Where an image lies: in blocks of so many bytes, of which the bad ones are passed over. */
function placesOf(target: Target, bad: number[]) {
  const bytes = eraseBytes[target] ?? sector;
  const good = Array.from({ length: diskBytes / bytes }, (_, block) => block).filter(
    (block) => !bad.includes(block),
  );
  const at = (disk: Buffer, block: number): Buffer =>
    disk.subarray(block * bytes, (block + 1) * bytes);
  return {
    bytes,
    /** What an image could have in it, one block behind the other. */
    read: (disk: Buffer): Buffer => Buffer.concat(good.map((block) => at(disk, block))),
    /** Writes from an offset of an image on. */
    write: (disk: Buffer, what: Buffer, from: number): void => {
      for (let done = 0; done < what.length;) {
        const within = (from + done) % bytes;
        const block = at(disk, good[Math.floor((from + done) / bytes)]!);
        done += what.copy(block, within, done, done + bytes - within);
      }
    },
  };
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

/**
 * Tells what a disk holds.
 * @param bad the eraseblocks that are marked as bad now
 */
export function contentOf(content: Content, found: Buffer, bad: number[] = []): Found {
  const { target, image, oldImage, disk } = content;
  const { length } = image;
  const places = placesOf(target, bad);
  const now = places.read(found);
  const before = places.read(disk);
  const chunks = Array.from({ length: Math.ceil(length / chunkSize) }, (_, index) => {
    const [from, end] = [index * chunkSize, Math.min(length, (index + 1) * chunkSize)];
    return now.subarray(from, end).equals(image.subarray(from, end));
  });
  const begins = (build: Buffer, bytes: number): boolean =>
    now.subarray(0, bytes).equals(build.subarray(0, bytes));
  const is = (other: Buffer, from: number, to: number): boolean =>
    now.subarray(from, to).equals(other.subarray(from, to));
  const whole = target in eraseBytes ? Math.ceil(length / places.bytes) * places.bytes : length;
  const end = target === 'volume' ? mark : now.length;
  const updated = target !== 'volume' || is(before, mark, now.length);
  const isErased = now.subarray(length, whole).every((byte) => byte === 0xff);
  const behind = !is(before, whole, end);
  const isWhole = (build: Buffer) => begins(build, length) && isErased && !behind && updated;
  // A volume is read once its update has ended; a loader looks at the first sector of a disk or a NOR flash, and at the first
  // eraseblock of a NAND flash, whose pages are written in their order.
  const first = target === 'nand' ? places.bytes : sector;
  const starts = target === 'volume' ? updated : begins(oldImage, first) || begins(image, first);
  return {
    kind: isWhole(oldImage) ? 'old' : isWhole(image) ? 'new' : starts ? 'mixed' : 'invalid',
    chunks,
    behind,
  };
}
