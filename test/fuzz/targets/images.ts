import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { LevitateError } from '../../../src/errors.js';
import { indexImage } from '../../../src/image/index.js';
import { writeGpt } from '../../lab/build/gpt.js';
import { sample } from '../../unit/image/fixtures.js';
import { ubinized } from '../../unit/image/ubi-fixtures.js';
import { mutateBytes } from '../mutate.js';
import type { Random } from '../random.js';
import { Finding, judged, type FuzzTarget, type Outcome } from '../target.js';

const tool = (command: string, args: string[], input: Uint8Array): Buffer =>
  execFileSync(command, args, { input, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 1 << 28 });

/** How each compression's own program is asked; what it only warns of is a fault for levitate. */
const programs = {
  gzip: ['gzip', '-dc'],
  xz: ['xz', '-dc'],
  zstd: ['zstd', '-dc'],
  bzip2: ['bzip2', '-dc'],
  lz4: ['lz4', '-dc'],
  lzma: ['xz', '-dc', '--format=lzma'],
  lzip: ['lzip', '-dc', '--trailing-error'],
} as const;

interface Seed {
  program: keyof typeof programs;
  bytes: Buffer;
}

/** Compressed images: what is taken is what the compression's own program makes of it; what that takes is not called damaged. */
export const compressedTarget: FuzzTarget = {
  name: 'compressed',
  prepare: async (folder) => {
    const disk = await gptDisk(join(folder, 'seed.img'));
    const contents = [disk, Buffer.alloc(3_000_000), ubinized(folder), sample(70_000)];
    const seeds = contents.flatMap((content): Seed[] => [
      { program: 'gzip', bytes: tool('gzip', ['-c1'], content) },
      {
        program: 'gzip',
        bytes: Buffer.concat([gzipSync(content.subarray(0, 9)), gzipSync(content.subarray(9))]),
      },
      { program: 'xz', bytes: tool('xz', ['-c0', '--check=crc32'], content) },
      {
        program: 'xz',
        bytes: Buffer.concat([
          tool('xz', ['-c0', '--block-size=65536'], content),
          Buffer.alloc(4),
          tool('xz', ['-c0', '--check=sha256'], content),
        ]),
      },
      { program: 'zstd', bytes: tool('zstd', ['-c1', '--check'], content) },
      {
        program: 'zstd',
        bytes: Buffer.concat([
          tool('zstd', ['-c1', '--no-check'], content),
          tool('zstd', ['-c3'], content),
        ]),
      },
      { program: 'bzip2', bytes: twice(tool('bzip2', ['-c1'], content)) },
      { program: 'lz4', bytes: twice(tool('lz4', ['-c', '-B4'], content)) },
      { program: 'lz4', bytes: tool('lz4', ['-c', '-l'], content) },
      { program: 'lz4', bytes: tool('lz4', ['-c', '-BXD', '--no-frame-crc'], content) },
      { program: 'lzma', bytes: tool('xz', ['-c0', '--format=lzma'], content) },
      { program: 'lzip', bytes: twice(tool('lzip', ['-c0', '--member-size=100000'], content)) },
    ]);
    const path = join(folder, 'compressed');
    return async (random) => {
      const { program, bytes } = random.pick(seeds);
      const input = random.once(40) ? Buffer.from(bytes) : mutateBytes(random, bytes);
      writeFileSync(path, input);
      return compared(path, input, program, random);
    };
  },
};

const twice = (bytes: Buffer): Buffer => Buffer.concat([bytes, bytes]);

async function compared(
  path: string,
  input: Buffer,
  program: Seed['program'],
  random: Random,
): Promise<Outcome> {
  try {
    const index = await indexImage(path);
    // Whoever damages a header makes another file of it, which the other program has nothing to say of.
    const wrong =
      index.compression === program ? difference(index, unpacked(program, path)) : undefined;
    if (wrong) throw new Finding(wrong, input);
    return { outcome: 'accepted', input };
  } catch (error) {
    if (error instanceof Finding) throw error;
    if (!(error instanceof LevitateError) || error.code === 'INTERNAL')
      throw new Finding(`it threw ${String(error)}`, input, error);
    if (['IMAGE_CORRUPT', 'IMAGE_TRUNCATED'].includes(error.code) && random.once(4)) {
      const { whole, length } = unpacked(program, path);
      // What is inside may be cut or contradict itself while its wrapping is sound.
      const content = /header says|partition|table|backup|GPT|MBR|UBI|nothing in it/.test(
        error.message,
      );
      const bomb = /more than/.test(error.message);
      if (whole && length > 0 && !content && !bomb)
        throw new Finding(`${program} takes it; levitate said ${error.message}`, input, error);
    }
    return { outcome: 'refused', input };
  }
}

function difference(
  { sha256, length }: { sha256: string; length: number },
  real: Unpacked,
): string | undefined {
  if (!real.whole) return `levitate takes it, and the real program does not: ${real.said}`;
  return real.sha256 === sha256
    ? undefined
    : `levitate reads ${length} bytes, the real program ${real.length}, and they differ`;
}

interface Unpacked {
  whole: boolean;
  length: number;
  sha256: string;
  said: string;
}

/** What the real program makes of a file; at most 64 MiB of it. */
function unpacked(program: Seed['program'], path: string): Unpacked {
  const file = openSync(path, 'r');
  try {
    const [command, ...args] = programs[program];
    const { status, stdout, stderr } = spawnSync(command, args, {
      stdio: [file, 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
    return {
      whole: status === 0 && stderr.length === 0,
      length: stdout.length,
      sha256: createHash('sha256').update(stdout).digest('hex'),
      said: stderr.toString().trim(),
    };
  } finally {
    closeSync(file);
  }
}

/** Disks with a partition table whose checksums are made right again after a change, so that what they guard is read. */
export const diskTarget: FuzzTarget = {
  name: 'disk',
  prepare: async (folder) => {
    const gpt = await gptDisk(join(folder, 'seed.img'));
    const path = join(folder, 'disk');
    return (random) => {
      const input = Buffer.from(random.once(3) ? mbrDisk(random) : gpt);
      for (let left = 1 + random.below(3); left > 0; left -= 1) {
        // The table is in the first 34 sectors and, once more, in the last 33.
        const place = random.once(2)
          ? random.below(34 * 512)
          : input.length - 1 - random.below(33 * 512);
        input[place] = random.once(3) ? random.below(256) : input[place]! ^ (1 << random.below(8));
      }
      if (random.once(2)) for (const at of [512, input.length - 512]) makeRight(input, at);
      const cut = random.once(4)
        ? input.subarray(0, 512 * random.below(input.length / 512))
        : input;
      writeFileSync(path, cut);
      return judged(cut, () => indexImage(path));
    };
  },
};

function makeRight(disk: Buffer, at: number): void {
  const table = Number(disk.readBigUInt64LE(at + 72)) * 512;
  const bytes = disk.readUInt32LE(at + 80) * disk.readUInt32LE(at + 84);
  if (table >= 0 && table + bytes <= disk.length)
    disk.writeUInt32LE(crc32(disk.subarray(table, table + bytes)), at + 88);
  const size = disk.readUInt32LE(at + 12);
  if (size > 512 || size < 92) return;
  disk.writeUInt32LE(0, at + 16);
  disk.writeUInt32LE(crc32(disk.subarray(at, at + size)), at + 16);
}

async function gptDisk(path: string): Promise<Buffer> {
  const sectors = 4096;
  writeFileSync(path, Buffer.alloc(sectors * 512));
  const file = await open(path, 'r+');
  try {
    await writeGpt(
      file,
      sectors,
      [
        { name: 'boot', type: 'bios-boot', start: 64, sectors: 100 },
        { name: 'root', type: 'linux', start: 256, sectors: 3000 },
      ],
      Buffer.alloc(440),
      'fuzz',
    );
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** An MBR with a primary and an extended partition, whose chain may be led anywhere. */
function mbrDisk(random: Random): Buffer {
  const disk = Buffer.alloc(2048 * 512);
  const entry = (at: number, type: number, start: number, count: number) => {
    disk[at + 4] = type;
    disk.writeUInt32LE(start, at + 8);
    disk.writeUInt32LE(count, at + 12);
  };
  entry(446, 0x83, 64, 512);
  entry(462, random.pick([0x05, 0x0f, 0x85]), 1024, 1024);
  for (const link of [1024, 1280, 1536]) {
    entry(link * 512 + 446, 0x83, 8, 100);
    if (link < 1536)
      entry(link * 512 + 462, 0x05, random.once(4) ? random.below(1024) : link - 768, 256);
    disk.writeUInt16LE(0xaa55, link * 512 + 510);
  }
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

/** Files as they are, without compression: first bytes of every format, and then anything. */
export const rawTarget: FuzzTarget = {
  name: 'raw',
  prepare: (folder) => {
    const ubi = ubinized(folder);
    const path = join(folder, 'raw');
    const heads = [
      'UBI#\x01',
      '\x31\x18\x10\x06',
      'hsqs',
      'ustar',
      '070701',
      '\x27\x05\x19\x56',
      'ANDROID!',
    ];
    return Promise.resolve((random) => {
      const start = random.once(2)
        ? ubi
        : Buffer.concat([
            Buffer.from(random.pick(heads), 'latin1'),
            sample(4096 + random.below(9000)),
          ]);
      const input = mutateBytes(random, start);
      writeFileSync(path, input);
      return judged(input, () => indexImage(path));
    });
  },
};
