import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  compressors,
  names,
  put,
  readImage,
  sample,
  temporaryFolder,
  tool,
} from '../../unit/image/fixtures.js';

const folder = temporaryFolder();
const content = sample(3000);

/** What the real tool says: the content, or undefined where it finds fault, be it a warning. */
function byTool(name: string, path: string): Buffer | undefined {
  const strict = name === 'lzip' ? ['--trailing-error'] : [];
  const { status, stdout, stderr } = spawnSync(name, ['-dc', ...strict], {
    input: readFileSync(path),
    maxBuffer: 1 << 26,
  });
  return status === 0 && stderr.length === 0 ? stdout : undefined;
}

const join = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
const times = (count: number, part: Buffer): Buffer[] => Array.from({ length: count }, () => part);

/** Forms of a file that any of them may have, sound and not. */
function forms(name: (typeof names)[number]): [string, Buffer][] {
  const whole = compressors[name](content);
  const nothing = compressors[name](Buffer.alloc(0));
  const found: [string, Buffer][] = [
    ['whole', whole],
    ['nothing in it', nothing],
    ['two', join(whole, whole)],
    ['nothing between', join(whole, nothing, whole)],
    ['nothing first', join(nothing, nothing, whole)],
    ['many small ones', join(...times(200, compressors[name](content.subarray(0, 7))))],
    ['a text behind', join(whole, 'text')],
    ['another magic behind', join(whole, 'PK\x03\x04')],
    ['zeros, then another', join(whole, Buffer.alloc(512), whole)],
    ['zeros, then text', join(whole, Buffer.alloc(512), 'x')],
    ['zeros first', join(Buffer.alloc(4), whole)],
    ['half of its magic behind', join(whole, whole.subarray(0, 2))],
    ['its header behind', join(whole, whole.subarray(0, 12))],
    ['a skippable frame behind', join(whole, 'P*M\x18\x04\0\0\0abcd')],
    ['a skippable frame that is cut', join(whole, 'P*M\x18\x04\0\0\0abc')],
    ['a skippable frame of 4 GiB', join(whole, 'P*M\x18\xff\xff\xff\xffabc')],
  ];
  for (const zeros of [1, 2, 3, 4, 8, 511, 512, 4096])
    found.push([`${zeros} zeros behind`, join(whole, Buffer.alloc(zeros))]);
  for (let cut = 1; cut < whole.length; cut += cut < 30 ? 3 : whole.length >> 4)
    found.push([`cut by ${cut}`, whole.subarray(0, -cut)]);
  for (
    let at = 0;
    at < whole.length;
    at += at < 24 || at > whole.length - 34 ? 1 : whole.length >> 4
  ) {
    const flipped = Buffer.from(whole);
    flipped[at] = flipped.readUInt8(at) ^ (1 << (at % 8));
    found.push([`a flip in byte ${at} of ${whole.length}`, flipped]);
  }
  return found;
}

const gzipBody = compressors.gzip(content).subarray(10);
const gzipHeader = (flags: number, ...fields: (Buffer | string)[]): Buffer =>
  join(`\x1f\x8b\x08${String.fromCharCode(flags)}\0\0\0\0\0\x03`, ...fields, gzipBody);

const more: Record<(typeof names)[number], [string, Buffer][]> = {
  gzip: [
    ['a name', gzipHeader(8, 'name\0')],
    ['a name of 60 KiB', gzipHeader(8, Buffer.alloc(60_000, 'n'), '\0')],
    ['a name and no end of it', join('\x1f\x8b\x08\x08\0\0\0\0\0\x03', Buffer.alloc(60_000, 'n'))],
    ['all fields', gzipHeader(4 | 8 | 16, '\x02\0ab', 'name\0', 'comment\0')],
    ['an extra field of 64 KiB', gzipHeader(4, '\xff\xff', Buffer.alloc(65_535))],
    ['an extra field larger than the file', join('\x1f\x8b\x08\x04\0\0\0\0\0\x03\xff\xff', 'x')],
    ['a wrong header checksum', gzipHeader(2, '\x12\x34')],
    ['an encrypted one', gzipHeader(32)],
    ['reserved flags', gzipHeader(64)],
    ['method 7', join('\x1f\x8b\x07', gzipHeader(0).subarray(3))],
  ],
  xz: [
    ['CRC-32', tool('xz', ['-c', '--check=crc32'], content)],
    ['no check', tool('xz', ['-c', '--check=none'], content)],
    ['a check of SHA-256', tool('xz', ['-c', '--check=sha256'], content)],
    ['a filter', tool('xz', ['-c', '--x86', '--lzma2'], content)],
    ['a dictionary of 128 MiB', tool('xz', ['-c', '--lzma2=dict=128MiB'], content)],
    ['blocks', tool('xz', ['-c', '--block-size=512'], content)],
    ['different checks', join(compressors.xz(content), tool('xz', ['-c', '-C', 'crc32'], content))],
    ['no check and a flip', flip(tool('xz', ['-c', '--check=none', '-0'], content), 40)],
  ],
  zstd: [
    ['no check', tool('zstd', ['-c', '--no-check'], content)],
    ['a skippable frame before', join('_*M\x18\x04\0\0\0abcd', compressors.zstd(content))],
    ['skippable frames alone', join('_*M\x18\x04\0\0\0abcd')],
    ['an unknown content size', tool('zstd', ['-c', '--no-content-size'], content)],
    ['a huge content size', join('\x28\xb5\x2f\xfd\xc0\x50', '\xff'.repeat(7), '\x7f\x01\0\0')],
    ['the largest window', join('\x28\xb5\x2f\xfd\0\x88\x01\0\0')],
    ['too large a window', join('\x28\xb5\x2f\xfd\0\x90\x01\0\0')],
    ['the reserved bit', join('\x28\xb5\x2f\xfd\x08\x50\x01\0\0')],
    ['a reserved block', join('\x28\xb5\x2f\xfd\0\x50\x07\0\0')],
    ['a block of 2 MiB', join('\x28\xb5\x2f\xfd\0\x50\x03\0\xff\x61')],
  ],
  bzip2: [
    ['small blocks', tool('bzip2', ['-c', '-1'], sample(300_000))],
    [
      'another stream behind a text',
      join(compressors.bzip2(content), 'text', compressors.bzip2(content)),
    ],
    ['the magic alone', join('BZh91AY&SY')],
    ['level 0', join('BZh0', compressors.bzip2(content).subarray(4))],
    ['bzip 1', join('BZ0', compressors.bzip2(content).subarray(3))],
  ],
  lz4: [
    ['linked blocks', tool('lz4', ['-c', '-BD', '-B4'], sample(300_000))],
    ['checksums of blocks', tool('lz4', ['-c', '-BX', '-B4'], sample(300_000))],
    ['no checksum', tool('lz4', ['-c', '--no-frame-crc'], content)],
    ['its length in the header', tool('lz4', ['-c', '--content-size'], content)],
    ['a skippable frame behind', join(compressors.lz4(content), '_*M\x18\x04\0\0\0abcd')],
    ['a legacy frame', tool('lz4', ['-c', '-l'], content)],
    ['legacy frames', join(...times(3, tool('lz4', ['-c', '-l'], content)))],
    [
      'a legacy frame, then a current one',
      join(tool('lz4', ['-c', '-l'], content), compressors.lz4(content)),
    ],
    [
      'a current frame, then a legacy one',
      join(compressors.lz4(content), tool('lz4', ['-c', '-l'], content)),
    ],
    ['a legacy frame and text', join(tool('lz4', ['-c', '-l'], content), 'text')],
    ['a legacy frame and zeros', join(tool('lz4', ['-c', '-l'], content), Buffer.alloc(8))],
    ['a legacy frame and half a size', join(tool('lz4', ['-c', '-l'], content), '\x05\0')],
    ['blocks stored as they are', tool('lz4', ['-c'], randomBytes(5000))],
    ['version 2', flip(compressors.lz4(content), 4, 0xc0)],
  ],
  lzip: [
    ['members', tool('lzip', ['-c', '--member-size=100000'], sample(300_000))],
    ['version 0', join('LZIP\0', compressors.lzip(content).subarray(5))],
    ['the smallest dictionary', tool('lzip', ['-c', '--dictionary-size=4096'], content)],
    [
      'another member behind a text',
      join(compressors.lzip(content), 'text', compressors.lzip(content)),
    ],
  ],
};

function flip(bytes: Buffer, at: number, bits = 1): Buffer {
  bytes[at] = bytes.readUInt8(at) ^ bits;
  return bytes;
}

/** What the tool takes and levitate does not, each for its reason; and nothing the other way round. */
const stricter: Record<(typeof names)[number], RegExp> = {
  gzip: /^$/,
  // The error says so, and how to compress it again.
  xz: /^a dictionary of 128 MiB$/,
  // zstd itself compares the announced size with the content only in some ways of calling it.
  zstd: /^a huge content size$/,
  bzip2: /^$/,
  lz4: /^$/,
  // A larger dictionary than levitate allows lzip.
  lzip: /^a flip in byte 5 of/,
};

test.each(names)(
  '%s: what the real tool finds fault with is refused, and what it takes is taken',
  async (name) => {
    const differences: string[] = [];
    for (const [what, bytes] of [...forms(name), ...more[name]]) {
      const path = put(folder, 'file', bytes);
      const wanted = byTool(name, path);
      const got = await readImage(path).catch((error: unknown) => error);
      if (!Buffer.isBuffer(got)) expect(got, what).toMatchObject({ name: 'LevitateError' });
      // What no longer begins with the magic is an uncompressed file for levitate, and refused by its format.
      const taken = Buffer.isBuffer(got) && !got.equals(bytes) ? got : undefined;
      if (wanted === undefined ? taken === undefined : taken?.equals(wanted)) continue;
      if (wanted !== undefined && taken === undefined && stricter[name].test(what)) continue;
      differences.push(
        `${what}: ${name} ${wanted === undefined ? 'refuses' : `gives ${wanted.length}`}, levitate ${taken === undefined ? `refuses: ${String(got)}` : `gives ${taken.length}`}`,
      );
    }
    expect(differences).toEqual([]);
  },
  120_000,
);
