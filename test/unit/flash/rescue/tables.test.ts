/** Every state in which a power cut can leave the partition tables of a disk with a rescue for UEFI, and what firmware starts from it. */
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { guidOf } from '../../../../src/flash/rescue/guid.js';
import { diskEnds } from '../../../../src/flash/rescue/tables.js';
import { seenByFirmware } from './edk2.js';

const sector = 512;
const mib = 1024 * 1024;
const diskBytes = 4 * mib;
const last = diskBytes / sector - 1;

/** Where the system partition of each lies, by which it is known. */
const [oldAt, newAt, rescueAt] = [2048, 3072, 6144];
const names = new Map([
  [oldAt, 'old'],
  [newAt, 'new'],
  [rescueAt, 'rescue'],
]);

/** The ends of a disk, or of an image that is shorter, with a partition of each kind of system in each sector of the table. */
function ends(bytes: number, at: number, spread: number) {
  const made = diskEnds({
    ...{ diskBytes: bytes, offset: at * sector, length: 64 * sector },
    ...{ diskGuid: guidOf(`disk ${at}`), partitionGuid: guidOf(`partition ${at}`) },
  });
  if (spread === 0) return made;
  // A system has other partitions as well: what is torn is then spread over the table.
  for (const entry of [1, 5, 9, 41].slice(0, spread))
    for (const part of [made.head.subarray(2 * sector), made.tail])
      part.write(`${at} ${entry}`, entry * 128, 'latin1');
  return resummed(made);
}

function resummed({ head, tail }: ReturnType<typeof diskEnds>) {
  const entries = tail.subarray(0, 32 * sector);
  for (const header of [head.subarray(sector, 2 * sector), tail.subarray(32 * sector)]) {
    header.writeUInt32LE(crc32(entries), 88);
    header.writeUInt32LE(0, 16);
    header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
  }
  return { head, tail };
}

/** An MBR with a system partition; what stands behind it is no table. */
function mbrHead(at: number): Buffer {
  const made = Buffer.alloc(34 * sector, at & 0xff);
  made.fill(0, 440, 510);
  made.set([0, 0, 2, 0, 0xef, 0xff, 0xff, 0xff], 446);
  made.writeUInt32LE(at, 454);
  made.writeUInt32LE(64, 458);
  made.writeUInt16LE(0xaa55, 510);
  return made;
}

/** One write: sectors from a place on, of which a power cut leaves any. */
interface Write {
  from: number;
  bytes: Buffer;
}

const write = (from: number, bytes: Buffer): Write => ({ from, bytes });

/** All that a cut in a write can leave of a disk: of the sectors that differ each is the old or the new one. */
function* torn(disk: Buffer, { from, bytes }: Write): Generator<Buffer> {
  const differing = Array.from({ length: bytes.length / sector }, (_, nth) => nth).filter(
    (nth) =>
      !disk
        .subarray((from + nth) * sector, (from + nth + 1) * sector)
        .equals(bytes.subarray(nth * sector, (nth + 1) * sector)),
  );
  expect(differing.length).toBeLessThan(9);
  for (let mask = 0; mask < 2 ** differing.length; mask += 1) {
    const made = Buffer.from(disk);
    differing.forEach((nth, bit) => {
      if (mask & (1 << bit))
        bytes.copy(made, (from + nth) * sector, nth * sector, (nth + 1) * sector);
    });
    yield made;
  }
}

/** The systems that the firmware may start, over all cuts in these writes, in the order in which they first come. */
function outcomes(start: Buffer, writes: Write[]): string[] {
  const found: string[] = [];
  const look = (disk: Buffer): void => {
    const { starts, after } = seenByFirmware(disk);
    expect(starts).toHaveLength(1);
    const name = names.get(starts[0]!)!;
    if (found.at(-1) !== name) found.push(name);
    // What the firmware mends leads to the same.
    expect(seenByFirmware(after).starts).toEqual(starts);
  };
  let disk = start;
  for (const one of writes) {
    for (const state of torn(disk, one)) look(state);
    disk = Buffer.from(disk);
    one.bytes.copy(disk, one.from * sector);
  }
  look(disk);
  return found;
}

const rescue = ends(diskBytes, rescueAt, 0);
const disk = (head: Buffer, tail?: Buffer): Buffer => {
  const made = Buffer.alloc(diskBytes);
  head.copy(made);
  tail?.copy(made, diskBytes - tail.length);
  return made;
};

/** The writes of put_tables in initramfs/root/usr/lib/levitate/flasher/rescue.sh, in their order. */
const toRescue = [
  write(last - 32, rescue.tail.subarray(0, 32 * sector)),
  write(last, rescue.tail.subarray(32 * sector)),
  write(1, rescue.head.subarray(sector, 2 * sector)),
  write(2, rescue.head.subarray(2 * sector)),
  write(0, rescue.head.subarray(0, sector)),
];

/** The writes of the first chunk of an image, of put_first in initramfs/helper/medium-block.c: its first sector comes last. */
const toImage = (head: Buffer): Write[] => [
  write(8, head.subarray(8 * sector)),
  write(1, head.subarray(sector, 8 * sector)),
  write(0, head.subarray(0, sector)),
];

const old = ends(diskBytes, oldAt, 4);
const image = ends(3 * mib, newAt, 4);
const withImage = (): Buffer => {
  const made = disk(rescue.head, rescue.tail);
  image.tail.copy(made, 3 * mib - image.tail.length);
  return made;
};

describe('a power cut at any moment', () => {
  test('until the disk starts the rescue: the old system or the rescue', () => {
    expect(outcomes(disk(old.head, old.tail), toRescue)).toEqual(['old', 'rescue']);
  });

  test('the same where the old system has an MBR', () => {
    expect(outcomes(disk(mbrHead(oldAt)), toRescue)).toEqual(['old', 'rescue']);
  });

  test('while the first chunk of an image with a GPT is written: the rescue or the new system', () => {
    expect(outcomes(withImage(), toImage(image.head))).toEqual(['rescue', 'new']);
  });

  test('the same where the image has an MBR', () => {
    const writes = toImage(mbrHead(newAt)).map(({ from, bytes }) => {
      // All sectors alike: those that differ are too many to try each.
      const some = Buffer.from(bytes);
      if (from === 8)
        rescue.head.copy(some, 0, 12 * sector, 12 * sector + some.length - 4 * sector);
      return write(from, some);
    });
    expect(outcomes(disk(rescue.head, rescue.tail), writes)).toEqual(['rescue', 'new']);
  });

  test('all of the first 34 sectors of an image with a GPT at once, in any order', () => {
    const both = write(1, image.head.subarray(sector));
    expect(new Set(outcomes(withImage(), [both]))).toEqual(new Set(['rescue', 'new']));
  });

  test('when the switch was half done and the rescue makes the disk start it again', () => {
    const half = withImage();
    image.head.copy(half, 2 * sector, 2 * sector);
    const { after } = seenByFirmware(half);
    for (const begin of [half, after])
      expect(outcomes(begin, toRescue.slice(2))).toEqual(['rescue']);
  });

  test('while the copy that leads to the rescue is overwritten: the new system', () => {
    const made = withImage();
    image.head.copy(made);
    const zeros = write(last - 32, Buffer.alloc(33 * sector));
    expect(outcomes(made, [zeros])).toEqual(['new']);
  });

  test('the model tells what starts nothing', () => {
    const broken = disk(old.head, old.tail);
    broken.writeUInt8(1, sector + 100 - 92 + 60);
    broken.fill(0, last * sector);
    expect(seenByFirmware(broken).starts).toEqual([]);
    // In another order the writes lose the disk: neither copy is whole in between.
    expect(() => outcomes(disk(old.head, old.tail), [toRescue[2]!, toRescue[0]!])).toThrow();
  });
});
