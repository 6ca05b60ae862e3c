/**
 * Ranges of a disk that a profile keeps: the flasher of the real root, with the helper and without, on a loop device with a GPT, and
 * levitate's own code. Loop devices need root.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callFlasher, takeLease } from '../../src/device/flasher.js';
import { replyOf } from '../../src/device/replies.js';
import { JobState } from '../../src/flash/job-state.js';
import { chunkSize } from '../../src/image/image.js';
import { indexImage } from '../../src/image/index.js';
import { spareRanges } from '../../src/image/spare.js';
import { build } from '../../src/index.js';
import { flashTarget } from '../../src/operations/flash/flash-target.js';
import { targetIn } from '../../src/operations/flash/targets.js';
import { loadProfile } from '../../src/profile/load.js';
import type { Profile } from '../../src/profile/profile.js';
import { localTransport } from '../unit/device/local-transport.js';
import { unpackRoot, type Root } from './root.js';

const length = 8 * chunkSize;
const calibration = { start: 5000, sectors: 300 };
/** What the profile keeps, in bytes: a GPT and its backup, a partition, a chunk and a part of one. */
const kept = [
  [0, 34 * 512],
  [calibration.start * 512, (calibration.start + calibration.sectors) * 512],
  [4 * chunkSize, 5 * chunkSize + 512],
  [length - 33 * 512, length],
] as const;

let folder: string;
let disk: string;
let node: string;
let profile: Profile;
let archive: string;
beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-keep-'));
  disk = path.join(folder, 'disk');
  archive = path.join(folder, 'archive.cpio.gz');
  await writeFile(disk, Buffer.alloc(length));
  node = (await execa('losetup', ['--find', '--show', disk])).stdout;
  const text = path.join(folder, 'profile.yaml');
  await writeFile(
    text,
    `name: test
arch: x86_64
flash:
  targets:
    disk:
      block: ${node}
      keep:
        - partition-table
        - { partition: { label: calibration } }
        - { offset: 4MiB, length: ${chunkSize + 512} }
`,
  );
  profile = await loadProfile(text);
  await build({ profile: text, output: archive });
});
afterAll(async () => {
  if (node) await execa('losetup', ['--detach', node]);
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(process.getuid?.() !== 0).each([{ helper: false }, { helper: true }])(
  'with the helper: $helper',
  ({ helper }) => {
    let root: Root;
    let there: Awaited<ReturnType<Root['inhabit']>>;
    let old: Buffer;
    let image: Buffer;
    let sys: string;
    beforeAll(async () => {
      root = await unpackRoot({ helper, make: (output) => execa('cp', [archive, output]) });
      sys = await makeSys(root.folder);
    });
    afterAll(() => root.remove());
    beforeEach(async () => {
      await partition();
      old = await onDisk();
      image = randomBytes(length);
      await writeFile(path.join(folder, 'image'), image);
      await writeFile(path.join(sys, 'queue/logical_block_size'), '512\n');
      await writeFile(path.join(sys, `${path.basename(node)}p1/uevent`), 'PARTNAME=calibration\n');
      there = await root.inhabit();
    });
    afterEach(() => there.leave());

    const device = () => {
      const search = `${path.dirname(there.flasher)}:${process.env['PATH'] ?? ''}`;
      return localTransport('eval "$1"', { PATH: search });
    };
    const describeDisk = async () =>
      replyOf(await callFlasher(device(), ['target', ...targetIn(profile, 'disk').args]), 'target');
    const flash = async () => {
      const transport = device();
      const { kind, args } = targetIn(profile, 'disk');
      const facts = await describeDisk();
      const given = await indexImage({ path: path.join(folder, 'image'), raw: true });
      const job = {
        ...{ target: 'disk', kind, args, facts, state: new JobState() },
        image: await spareRanges(given, facts.spared ?? []),
      };
      expect(kind.check(job.image, facts, {})).toBeUndefined();
      const lease = await takeLease(transport, 'test');
      try {
        const { plan, flashed } = await flashTarget({ transport }, job, lease);
        return { plan, sent: flashed.sentBytes };
      } finally {
        await lease.release();
      }
    };
    /** The image with the old bytes in what is kept. */
    const merged = () => {
      const whole = Buffer.from(image);
      for (const [from, to] of kept) old.copy(whole, from, from, to);
      return whole;
    };

    test('all but these comes to be the image, and a second run finds that it is there', async () => {
      const first = await flash();
      expect((await onDisk()).equals(merged())).toBe(true);
      expect(first.plan.kept).toEqual(
        kept.map(([from, to]) => ({ offset: from, length: to - from })),
      );
      // The chunk that is kept as a whole is never sent.
      expect(first.sent).toBe(length - chunkSize);
      const second = await flash();
      expect(second.sent).toBe(0);
      expect(second.plan.steps.map((step) => step.do)).toEqual(['verify']);
      // Of the present table all partitions stay.
      expect(second.plan.lost).toEqual([]);
    });

    test('a cut is carried on, also where the partition is not found by its name any more', async () => {
      const transport = device();
      const { args } = targetIn(profile, 'disk');
      const lease = await takeLease(transport, 'test');
      await callFlasher(transport, ['open', lease.token, length, 'a'.repeat(64), ...args]);
      const cut = callFlasher(transport, ['feed', lease.token, ...args], {
        stdin: `zero 0 ${chunkSize}\nzero 2 ${chunkSize}\n`,
      });
      await expect(cut).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      await lease.release();
      const half = await onDisk();
      for (const [from, to] of kept)
        expect(half.subarray(from, to).equals(old.subarray(from, to))).toBe(true);
      expect(half.subarray(34 * 512, chunkSize).every((byte) => byte === 0)).toBe(true);

      await writeFile(path.join(sys, `${path.basename(node)}p1/uevent`), 'PARTNAME=other\n');
      await flash();
      expect((await onDisk()).equals(merged())).toBe(true);
    });

    test('a range that is not made of whole sectors is refused with the numbers', async () => {
      await writeFile(path.join(sys, 'queue/logical_block_size'), '4096\n');
      // A table for sectors of 512 bytes is none for these.
      await writeFile(node, Buffer.concat([Buffer.alloc(510), Buffer.from([0x55, 0xaa])]));
      await expect(describeDisk()).rejects.toMatchObject({
        code: 'TARGET_UNSUPPORTED',
        message: `the profile keeps 153600 bytes of ${node} from 2560000 on, and ${node} is written in units of 4096 bytes: both numbers must be multiples of that`,
      });
    });

    test('a partition that is not there is refused', async () => {
      await writeFile(path.join(sys, `${path.basename(node)}p1/uevent`), 'PARTNAME=other\n');
      await expect(describeDisk()).rejects.toMatchObject({
        code: 'TARGET_MISSING',
        message: `the profile keeps the partition calibration of ${node}, which has none of that name now`,
      });
    });

    test.each([
      ['no table', Buffer.alloc(1024), 'which has none now'],
      ['a damaged GPT', mbr(0xee), 'a GPT of which the first copy cannot be read'],
      ['logical partitions', mbr(0x0f), 'keep them by offset and length'],
    ])('a disk with %s is refused where its table is kept', async (_, begin, message) => {
      await writeFile(node, begin);
      await expect(describeDisk()).rejects.toMatchObject({
        code: 'TARGET_UNSUPPORTED',
        message: expect.stringContaining(message) as string,
      });
    });
  },
);

/** The first two sectors of a disk whose MBR has one partition of this type. */
function mbr(type: number): Buffer {
  const sectors = Buffer.alloc(1024);
  sectors.writeUInt8(type, 450);
  sectors.writeUInt16BE(0x55aa, 510);
  return sectors;
}

const onDisk = async (): Promise<Buffer> => {
  await execa('blockdev', ['--flushbufs', node]);
  return readFile(node);
};

/** Random bytes on the whole disk, and a GPT with one partition. */
async function partition(): Promise<void> {
  await writeFile(node, randomBytes(length));
  const table = `label: gpt\nstart=${calibration.start}, size=${calibration.sectors}, name=calibration\n`;
  await execa('sfdisk', ['--quiet', '--no-reread', '--wipe', 'never', node], { input: table });
}

/** Stands for the kernel's sysfs: the disk with its partition, in the folders where a root finds them. */
async function makeSys(root: string): Promise<string> {
  const name = path.basename(node);
  const on = path.join(root, 'sys/devices/virtual/block', name);
  const numbers = (await readFile(`/sys/block/${name}/dev`, 'utf8')).trim();
  await mkdir(path.join(on, 'queue'), { recursive: true });
  await mkdir(path.join(on, `${name}p1`));
  const files = {
    ...{ dev: numbers, size: length / 512, ro: 0, uevent: `DEVNAME=${name}` },
    ...{ [`${name}p1/partition`]: 1, [`${name}p1/dev`]: '259:9', [`${name}p1/ro`]: 0 },
    ...{ [`${name}p1/start`]: calibration.start, [`${name}p1/size`]: calibration.sectors },
  };
  for (const [file, text] of Object.entries(files))
    await writeFile(path.join(on, file), `${text}\n`);
  for (const folder of ['class/block', 'block', 'dev/block'])
    await mkdir(path.join(root, 'sys', folder), { recursive: true });
  const of = `devices/virtual/block/${name}`;
  await symlink(`../../${of}`, path.join(root, `sys/class/block/${name}`));
  await symlink(`../${of}`, path.join(root, `sys/block/${name}`));
  await symlink(`../../${of}`, path.join(root, `sys/dev/block/${numbers}`));
  await symlink(`../../${of}/${name}p1`, path.join(root, `sys/class/block/${name}p1`));
  return on;
}
