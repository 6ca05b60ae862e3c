import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openImage } from '../../../src/image/open.js';
import { collect, compressors, names, put, sample, temporaryFolder, tool } from './fixtures.js';

const folder = temporaryFolder();
const content = sample(700_001);

const read = (path: string): Promise<Buffer> => collect(openImage(path));
const code = (value: string) => expect.objectContaining({ name: 'LevitateError', code: value });

test('a raw image comes out as it is', async () => {
  expect((await read(put(folder, 'raw', content))).equals(content)).toBe(true);
});

test.each(names)('%s: the content comes out, whatever the file is called', async (name) => {
  const path = put(folder, `whole-${name}`, compressors[name](content));
  expect((await read(path)).equals(content)).toBe(true);
});

test.each(names)('%s: several compressed pieces in one file are all read', async (name) => {
  const pieces = [content.subarray(0, 5), content.subarray(5, 300_000), content.subarray(300_000)];
  const path = put(
    folder,
    `pieces-${name}`,
    Buffer.concat(pieces.map((piece) => compressors[name](piece))),
  );
  expect((await read(path)).equals(content)).toBe(true);
});

test.each(names)('%s: a file cut anywhere is truncated, never short', async (name) => {
  const whole = compressors[name](content);
  const cuts = [18, 19, 30, 100, 4096, 65_536, whole.length >> 1];
  for (const missing of [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 20, 28, 40])
    cuts.push(whole.length - missing);
  for (const length of cuts) {
    const path = put(folder, `cut-${name}`, whole.subarray(0, length));
    await expect(read(path), `${length} of ${whole.length}`).rejects.toThrow(
      code('IMAGE_TRUNCATED'),
    );
  }
});

test.each(names)('%s: a cut second piece is noticed too', async (name) => {
  const two = Buffer.concat([compressors[name](content), compressors[name](content)]);
  const first = two.length / 2;
  for (const length of [first + 1, first + 2, first + 4, first + 9, first + 15, two.length - 1]) {
    const path = put(folder, `cut-two-${name}`, two.subarray(0, length));
    await expect(read(path), `${length}`).rejects.toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^IMAGE_(TRUNCATED|CORRUPT)$/) as string,
      }),
    );
  }
});

test.each(names)('%s: no flipped bit passes as sound content', async (name) => {
  const small = content.subarray(0, 40_000);
  const whole = compressors[name](small);
  for (let at = 0; at < whole.length; at += at < 40 || at > whole.length - 60 ? 1 : 397) {
    const flipped = Buffer.from(whole);
    flipped[at] = flipped.readUInt8(at) ^ (1 << (at % 8));
    const got = await read(put(folder, `flip-${name}`, flipped)).catch((error: unknown) => error);
    // A flipped magic makes it a raw file; a few header bits (time, system, flags) carry no content.
    if (Buffer.isBuffer(got))
      expect(got.equals(flipped) || got.equals(small), `byte ${at}`).toBe(true);
    else expect(got, `byte ${at}`).toMatchObject({ name: 'LevitateError' });
  }
});

test.each(names)('%s: a flip in the checksum is noticed, and says where', async (name) => {
  const whole = compressors[name](content);
  const place = { gzip: whole.length - 8, zstd: whole.length - 1, xz: xzCheck(whole) }[name];
  whole[place] = whole.readUInt8(place) ^ 0x10;
  await expect(read(put(folder, `sum-${name}`, whole))).rejects.toThrow(
    expect.objectContaining({
      code: 'IMAGE_CORRUPT',
      data: expect.objectContaining({ offset: expect.any(Number) as number }) as unknown,
    }),
  );
});

/** The last byte of the only block's CRC64, just before the index. */
const xzCheck = (whole: Buffer): number =>
  whole.length - 12 - (whole.readUInt32LE(whole.length - 8) + 1) * 4 - 1;

test.each(names)('%s: trailing garbage is an error', async (name) => {
  for (const tail of ['x', 'garbage, and more of it than any trailer has', '\x1f\x8b', '\0\0\0x']) {
    const path = put(
      folder,
      `tail-${name}`,
      Buffer.concat([compressors[name](content), Buffer.from(tail, 'latin1')]),
    );
    await expect(read(path), JSON.stringify(tail)).rejects.toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^IMAGE_(TRUNCATED|CORRUPT)$/) as string,
      }),
    );
  }
});

test('gzip: padding of zeros is none', async () => {
  const path = put(
    folder,
    'padded.gz',
    Buffer.concat([compressors.gzip(content), Buffer.alloc(512)]),
  );
  expect((await read(path)).equals(content)).toBe(true);
});

test('gzip: a header with a name, a comment and extra fields is passed', async () => {
  put(folder, 'named-inside', content);
  const named = tool('gzip', ['-c', '-N', join(folder, 'named-inside')]);
  expect((await read(put(folder, 'n1.gz', named))).equals(content)).toBe(true);
  const plain = compressors.gzip(content);
  const header = Buffer.from([
    0x1f,
    0x8b,
    8,
    4 | 8 | 16,
    0,
    0,
    0,
    0,
    0,
    3,
    2,
    0,
    9,
    9,
    0x61,
    0,
    0x62,
    0,
  ]);
  const path = put(folder, 'n2.gz', Buffer.concat([header, plain.subarray(10)]));
  expect((await read(path)).equals(content)).toBe(true);
});

test.each([
  ['xz', ['-c', '--check=crc32']],
  ['xz', ['-c', '--check=none']],
  ['xz', ['-c', '-9']],
  ['xz', ['-c', '-T2', '--block-size=65536']],
  ['xz', ['-c', '--check=sha256']],
  ['xz', ['-c', '--x86', '--lzma2']],
  ['zstd', ['-c', '-19']],
  ['zstd', ['-c', '--no-check']],
  ['zstd', ['-c', '--ultra', '-22']],
  ['zstd', ['-c', '--long=27']],
  ['gzip', ['-c', '-1']],
])('%s %j is read', async (command, args) => {
  const path = put(folder, 'variant', tool(command, args, content));
  expect((await read(path)).equals(content)).toBe(true);
});

test('zstd: skippable frames are passed over, at the beginning too', async () => {
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const path = put(
    folder,
    'skip.zst',
    Buffer.concat([skippable, compressors.zstd(content), skippable]),
  );
  expect((await read(path)).equals(content)).toBe(true);
});

test.each([
  ['dictionary', 'xz', ['-c', '--lzma2=dict=256MiB']],
  ['128 MiB', 'zstd', ['-c', '--long=28']],
] as [string, string, string[]][])(
  'what cannot be used for its %s says so',
  async (word, command, args) => {
    const path = put(folder, 'unusable', tool(command, args, content));
    await expect(read(path)).rejects.toThrow(
      expect.objectContaining({
        code: 'IMAGE_FORMAT',
        message: expect.stringContaining(word) as string,
        hint: expect.any(String) as string,
      }),
    );
  },
);

test.each([
  ['bzip2', 'BZh91AY&SY'],
  ['zip', 'PK\x03\x04'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['lzma', '\x5d\0\0\x80\0' + '\xff'.repeat(8)],
  ['lzma', '\x5d\0\0\x80\0' + '\x10\x32\x54\0\0\0\0\0' + '\0'],
  ['lz4', '\x02\x21\x4c\x18'],
  ['lzop', '\x89LZO\0\r\n\x1a\n'],
  ['compress', '\x1f\x9d\x90'],
])('%s is refused by name, with what to do', async (name, magic) => {
  const path = put(folder, 'other', Buffer.concat([Buffer.from(magic, 'latin1'), content]));
  await expect(read(path)).rejects.toThrow(
    expect.objectContaining({
      code: 'IMAGE_FORMAT',
      message: expect.stringContaining(name) as string,
      hint: expect.stringMatching(/Decompress.*TARGET=raw:FILE/) as string,
    }),
  );
});

test('no image, no bytes, a folder, no permission to read', async () => {
  mkdirSync(join(folder, 'folder'));
  put(folder, 'empty', Buffer.alloc(0));
  for (const name of ['missing', 'folder', 'empty'])
    await expect(read(join(folder, name))).rejects.toThrow(code('IMAGE_UNREADABLE'));
  await expect(read('/dev/null')).rejects.toThrow(code('IMAGE_UNREADABLE'));
});

test.each(['none', ...names] as const)(
  '%s: aborting ends the reading with the reason',
  async (name) => {
    const bytes = name === 'none' ? content : compressors[name](content);
    const path = put(folder, `abort-${name}`, bytes);
    const control = new AbortController();
    control.abort(new Error('enough'));
    await expect(collect(openImage(path, { signal: control.signal }))).rejects.toThrow('enough');
  },
);

test.each(names)(
  '%s: reading that stops early leaves nothing behind that blocks the next',
  async (name) => {
    const path = put(folder, `early-${name}`, compressors[name](content));
    for (let round = 0; round < 3; round++)
      for await (const bytes of openImage(path)) if (bytes.length > 0) break;
    expect((await read(path)).equals(content)).toBe(true);
  },
);

test.each(['xz', 'zstd'] as const)(
  '%s: without the program, its package is named',
  async (name) => {
    const path = put(folder, `no-program-${name}`, compressors[name](content));
    const before = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(read(path)).rejects.toThrow(
        expect.objectContaining({
          code: 'TOOL_MISSING',
          hint: expect.stringContaining(name === 'xz' ? 'xz-utils' : 'zstd') as string,
        }),
      );
    } finally {
      process.env.PATH = before;
    }
  },
);
