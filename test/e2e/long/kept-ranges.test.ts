/** Ranges that a profile keeps, on true kernels: those of a partition stay while all around them is written, and an image on raw NAND ends before them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { minutes, type Ended } from '../lines.js';
import { MediaGuest } from './media-guest.js';
import { contents, mib, type Version } from './media.js';

const kept = { from: 8 * mib + 4096, bytes: 2 * mib };
/** 20 MiB, with room for the bad eraseblocks. */
const nandKept = { from: 22 * mib, bytes: 256 * 1024 };

let guest: MediaGuest;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'levitate-kept-'));
  const range = (one: typeof kept) => `[{ offset: ${one.from}, length: ${one.bytes} }]`;
  guest = await MediaGuest.boot({ keep: { partition: range(kept), nand: range(nandKept) } });
}, minutes(5));
afterAll(async () => {
  await guest.stop();
  await rm(dir, { recursive: true, force: true });
});

const flash = async (target: string, bytes: Buffer): Promise<Ended> => {
  await writeFile(join(dir, 'image'), bytes);
  return guest.run(`${target}=raw:${join(dir, 'image')}`);
};

test(
  'of a partition they stay, whatever the image has there',
  { timeout: minutes(5) },
  async () => {
    const { from, bytes } = kept;
    const before = await guest.onDisk('parted', 20 * mib);
    for (const version of ['first', 'killed'] satisfies Version[]) {
      const { exit, last } = await flash('partition', contents[version]);
      expect(exit, last.message).toBe(0);
      const expected = Buffer.from(contents[version]);
      before.copy(expected, from, from, from + bytes);
      await guest.sh('sync');
      expect((await guest.onDisk('parted', 20 * mib)).equals(expected)).toBe(true);
    }
  },
);

test('on raw NAND an image ends before them', { timeout: minutes(5) }, async () => {
  const { from, bytes } = nandKept;
  await guest.sh(
    `flash_erase -q /dev/mtd0 ${from} ${bytes / 131_072} && head -c ${bytes} /dev/urandom | nandwrite -q -s ${from} /dev/mtd0 -`,
  );
  const digest = () => guest.sh(`nanddump -q -s ${from} -l ${bytes} /dev/mtd0 | sha256sum`);
  const before = await digest();
  const tooLarge = await flash(
    'nand',
    Buffer.concat([contents.first, contents.killed.subarray(0, 2 * mib)]),
  );
  expect(tooLarge.last).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  expect(tooLarge.last.message).toContain(`before what the profile keeps at ${from}`);
  const { exit, last } = await flash('nand', contents.first);
  expect(exit, last.message).toBe(0);
  expect(await digest()).toBe(before);
});
