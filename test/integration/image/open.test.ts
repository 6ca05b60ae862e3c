import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { indexImage } from '../../../src/image/index.js';
import { openImage } from '../../../src/image/open.js';
import {
  allCompressors,
  allNames,
  collect,
  compressors,
  names,
  put,
  readImage,
  sample,
  temporaryFolder,
  tool,
  uncheckedNames,
} from '../../unit/image/fixtures.js';

const folder = temporaryFolder();
const content = sample(200_001);

const code = (value: string) => expect.objectContaining({ name: 'LevitateError', code: value });

test('a raw image comes out as it is', async () => {
  expect((await readImage(put(folder, 'raw', content))).equals(content)).toBe(true);
});

test.each(allNames)('%s: the content comes out, whatever the file is called', async (name) => {
  const path = put(folder, `whole-${name}`, allCompressors[name](content));
  expect((await readImage(path)).equals(content)).toBe(true);
});

test.each(names)('%s: several compressed pieces in one file are all read', async (name) => {
  const pieces = [content.subarray(0, 5), content.subarray(5, 90_000), content.subarray(90_000)];
  const path = put(
    folder,
    `pieces-${name}`,
    Buffer.concat(pieces.map((piece) => compressors[name](piece))),
  );
  expect((await readImage(path)).equals(content)).toBe(true);
});

test.each(names)('%s: a flip in the checksum is noticed, and says where', async (name) => {
  const whole = compressors[name](content);
  const place = {
    gzip: whole.length - 8,
    xz: xzCheck(whole),
    zstd: whole.length - 1,
    bzip2: whole.length - 3,
    lz4: whole.length - 1,
    lzip: whole.length - 20,
  }[name];
  whole[place] = whole.readUInt8(place) ^ 0x10;
  const error = await readImage(put(folder, `sum-${name}`, whole)).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'IMAGE_CORRUPT' });
  // gzip's own trailer is compared here; a program has read on by then.
  const { offset } = (error as { data: { offset: number } }).data;
  expect(offset).toBeGreaterThanOrEqual(place);
  expect(offset).toBeLessThanOrEqual(whole.length);
  const told = name === 'gzip' ? 'at' : 'before';
  expect((error as Error).message).toContain(`(${told} byte ${offset} of the file)`);
});

/** The last byte of the only block's CRC64, just before the index. */
const xzCheck = (whole: Buffer): number =>
  whole.length - 12 - (whole.readUInt32LE(whole.length - 8) + 1) * 4 - 1;

const zeros = (count: number): string => '\0'.repeat(count);
const garbage = 'garbage, and more of it than any trailer has';

/** What may follow the data of each, besides more of the same. */
const isPadding = {
  gzip: /^\0*$/,
  // The .xz File Format 1.2.1, §2.2
  xz: /^(\0{4})*$/,
  ...{ zstd: /^$/, bzip2: /^$/, lz4: /^$/, lzip: /^$/, lzma: /^$/, 'lz4 legacy': /^$/ },
};

test.each(allNames)('%s: padding is taken, trailing garbage is named as such', async (name) => {
  const whole = allCompressors[name](content);
  const tails = ['x', garbage, '\x1f\x8c', '\0\0\0x', `${zeros(512)}x`, `${zeros(512)}${garbage}`];
  for (const tail of [...tails, zeros(1), zeros(4), zeros(7), zeros(512)]) {
    const bytes = Buffer.concat([whole, Buffer.from(tail, 'latin1')]);
    const got = await readImage(put(folder, `tail-${name}`, bytes)).catch(
      (error: unknown) => error,
    );
    const what = JSON.stringify(tail);
    if (isPadding[name].test(tail)) {
      expect(Buffer.isBuffer(got) && got.equals(content), what).toBe(true);
      continue;
    }
    // These blocks of the legacy format begin with a size of four bytes: fewer are one that was cut.
    const isCut = name === 'lz4 legacy' && tail.length < 4;
    expect(got, what).toMatchObject({ code: isCut ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT' });
    if (!whereKnown.includes(name)) continue;
    expect(got, what).toMatchObject({
      message: expect.stringContaining(
        `something else after the end of the ${name} data`,
      ) as string,
    });
    const padding = name === 'xz' ? 4 * Math.floor((/[^\0]|$/.exec(tail)?.index ?? 0) / 4) : 0;
    expect(got, what).toHaveProperty('data.offset', whole.length + padding);
  }
});

/** The compressions of which it is told where something else begins. */
const whereKnown: string[] = ['gzip', 'xz', 'zstd', 'lz4', 'lzip'];

test.each(names)('%s: the beginning of a second piece was cut, and is no garbage', async (name) => {
  const whole = compressors[name](content);
  for (const length of [1, 2, 3]) {
    const bytes = Buffer.concat([whole, whole.subarray(0, length)]);
    const told = name === 'bzip2' ? /^IMAGE_(TRUNCATED|CORRUPT)$/ : /^IMAGE_TRUNCATED$/;
    await expect(readImage(put(folder, `second-${name}`, bytes)), `${length}`).rejects.toThrow(
      expect.objectContaining({ code: expect.stringMatching(told) as string }),
    );
  }
});

test('xz: an .xz file inside of one that was cut is not taken for its end', async () => {
  const inside = compressors.xz(content);
  const whole = compressors.xz(Buffer.concat([inside, randomBytes(200)]));
  // xz stores what it cannot compress as it is, the inner footer too.
  expect(whole.includes(inside.subarray(-12))).toBe(true);
  for (const cut of [
    whole.subarray(0, -1),
    Buffer.concat([whole.subarray(0, -40), Buffer.alloc(40, 1)]),
  ])
    await expect(readImage(put(folder, 'inside.xz', cut))).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('something else') as string }),
    );
});

test('gzip: a header with a name, a comment and extra fields is passed', async () => {
  put(folder, 'named-inside', content);
  const named = tool('gzip', ['-c', '-N', join(folder, 'named-inside')]);
  expect((await readImage(put(folder, 'n1.gz', named))).equals(content)).toBe(true);
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
  expect((await readImage(path)).equals(content)).toBe(true);
});

test('zstd: skippable frames are passed over, at the beginning too', async () => {
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const path = put(
    folder,
    'skip.zst',
    Buffer.concat([skippable, compressors.zstd(content), skippable]),
  );
  expect((await readImage(path)).equals(content)).toBe(true);
});

test.each([
  ['dictionary', 'xz', ['-c', '--lzma2=preset=0,dict=256MiB']],
  ['128 MiB', 'zstd', ['-c', '--long=28']],
  ['dictionary', 'xz', ['-c', '--format=lzma', '--lzma1=preset=0,dict=256MiB']],
] as [string, string, string[]][])(
  'what cannot be used for its %s says so',
  async (word, command, args) => {
    const path = put(folder, 'unusable', tool(command, args, content));
    await expect(readImage(path)).rejects.toThrow(
      expect.objectContaining({
        code: 'IMAGE_FORMAT',
        message: expect.stringContaining(word) as string,
        hint: expect.any(String) as string,
      }),
    );
  },
);

test('lzip: a dictionary of 128 MiB is refused by the limit', async () => {
  const whole = compressors.lzip(content);
  whole[5] = 27;
  const two = Buffer.concat([compressors.lzip(content), whole]);
  for (const bytes of [whole, two])
    await expect(readImage(put(folder, 'large.lz', bytes))).rejects.toThrow(
      expect.objectContaining({
        code: 'IMAGE_FORMAT',
        message: expect.stringContaining('128 MiB of memory, and 64 MiB is the limit') as string,
        hint: expect.stringContaining('lzip -9') as string,
      }),
    );
});

test.each([
  ['lzop', '\x89LZO\0\r\n\x1a\n'],
  ['compress', '\x1f\x9d\x90'],
])('%s is refused by name, with what to do', async (name, magic) => {
  const path = put(folder, 'other', Buffer.concat([Buffer.from(magic, 'latin1'), content]));
  await expect(readImage(path)).rejects.toThrow(
    expect.objectContaining({
      code: 'IMAGE_FORMAT',
      message: expect.stringContaining(name) as string,
      hint: expect.stringMatching(/Decompress.*TARGET=raw:FILE/) as string,
    }),
  );
});

test.each([
  ['bzip2', 'BZh91AY&SY'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['lzma', '\x5d\0\0\x80\0' + '\xff'.repeat(8)],
  ['lzma', '\x5d\0\0\x80\0' + '\x10\x32\x54\0\0\0\0\0' + '\0'],
  ['lz4', '\x02\x21\x4c\x18'],
  ['lzip', 'LZIP\x01'],
])('a magic of %s before anything else is no image either', async (_, magic) => {
  const path = put(folder, 'magic', Buffer.concat([Buffer.from(magic, 'latin1'), content]));
  await expect(readImage(path)).rejects.toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^IMAGE_(TRUNCATED|CORRUPT)$/) as string,
    }),
  );
});

test('no image, no bytes, a folder, no permission to read', async () => {
  mkdirSync(join(folder, 'folder'));
  put(folder, 'empty', Buffer.alloc(0));
  for (const name of ['missing', 'folder', 'empty'])
    await expect(readImage(join(folder, name))).rejects.toThrow(code('IMAGE_UNREADABLE'));
  await expect(readImage('/dev/null')).rejects.toThrow(code('IMAGE_UNREADABLE'));
});

test.each(['none', ...allNames] as const)(
  '%s: aborting ends the reading with the reason',
  async (name) => {
    const bytes = name === 'none' ? content : allCompressors[name](content);
    const path = put(folder, `abort-${name}`, bytes);
    const control = new AbortController();
    control.abort(new Error('enough'));
    await expect(collect(openImage(path, { signal: control.signal }))).rejects.toThrow('enough');
  },
);

test.each(allNames)(
  '%s: reading that stops early leaves nothing behind that blocks the next',
  async (name) => {
    const path = put(folder, `early-${name}`, allCompressors[name](content));
    for (let round = 0; round < 3; round++)
      for await (const bytes of openImage(path)) if (bytes.length > 0) break;
    expect((await readImage(path)).equals(content)).toBe(true);
  },
);

test.each([
  ['xz', 'xz', 'apt install xz-utils · apk add xz · dnf install xz · brew install xz'],
  ['zstd', 'zstd', 'apt install zstd · apk add zstd · dnf install zstd · brew install zstd'],
  ['bzip2', 'bzip2', 'apt install bzip2 · apk add bzip2 · dnf install bzip2 · brew install bzip2'],
  ['lz4', 'lz4', 'apt install lz4 · apk add lz4 · dnf install lz4 · brew install lz4'],
  ['lz4 legacy', 'lz4', 'apt install lz4 · apk add lz4 · dnf install lz4 · brew install lz4'],
  ['lzip', 'lzip', 'apt install lzip · apk add lzip · dnf install lzip · brew install lzip'],
  ['lzma', 'xz', 'apt install xz-utils · apk add xz · dnf install xz · brew install xz'],
] as const)('%s: without the program, its packages are named', async (name, program, packages) => {
  const path = put(folder, `no-program-${name}`, allCompressors[name](content));
  vi.stubEnv('PATH', folder);
  try {
    await expect(readImage(path)).rejects.toThrow(
      expect.objectContaining({
        code: 'TOOL_MISSING',
        message: expect.stringContaining(`\`${program}\``) as string,
        hint: expect.stringContaining(packages) as string,
      }),
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test.each(['xz', 'lzma'] as const)(
  "%s: busybox's xz, which knows no bound on memory, does not count as one",
  async (name) => {
    const path = put(folder, `busybox-${name}`, allCompressors[name](content));
    vi.stubEnv('PATH', applets('xz'));
    try {
      await expect(readImage(path)).rejects.toThrow(
        expect.objectContaining({
          code: 'TOOL_MISSING',
          hint: expect.stringMatching(/busybox.*apt install xz-utils/) as string,
        }),
      );
    } finally {
      vi.unstubAllEnvs();
    }
  },
);

test("bzip2: busybox's will do, which passes over garbage in silence", async () => {
  const whole = compressors.bzip2(content);
  vi.stubEnv('PATH', applets('bzip2'));
  try {
    expect(
      (await readImage(put(folder, 'b1', Buffer.concat([whole, whole])))).equals(
        Buffer.concat([content, content]),
      ),
    ).toBe(true);
    for (const [end, behind] of [
      [whole.length - 1, ''],
      [whole.length >> 1, ''],
      [whole.length, 'x'],
      [whole.length, 'B'],
      [whole.length, `garbage${whole.toString('latin1')}`],
    ] as const) {
      const bytes = Buffer.concat([whole.subarray(0, end), Buffer.from(behind, 'latin1')]);
      await expect(readImage(put(folder, 'b2', bytes))).rejects.toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^IMAGE_(TRUNCATED|CORRUPT)$/) as string,
        }),
      );
    }
  } finally {
    vi.unstubAllEnvs();
  }
});

/** A folder with one of busybox's applets and nothing else. */
function applets(name: string): string {
  const path = join(folder, `applet-${name}`);
  mkdirSync(path, { recursive: true });
  const busybox = tool('sh', ['-c', 'command -v busybox']).toString().trim();
  rmSync(join(path, name), { force: true });
  symlinkSync(busybox, join(path, name));
  return path;
}

test('options out of the environment are not heeded', async () => {
  const files = (['xz', 'lzma', 'bzip2'] as const).map((name) =>
    put(folder, `env-${name}`, allCompressors[name](content)),
  );
  for (const [name, value] of [
    ['XZ_OPT', '--test'],
    ['XZ_DEFAULTS', '--format=raw'],
    ['BZIP2', '-t'],
    ['BZIP', '-z'],
  ] as const)
    vi.stubEnv(name, value);
  try {
    for (const path of files) expect((await readImage(path)).equals(content)).toBe(true);
  } finally {
    vi.unstubAllEnvs();
  }
});

test.each(uncheckedNames)(
  '%s: a flipped bit may pass, and nothing is said to protect it',
  async (name) => {
    const index = await indexImage(
      put(folder, `unprotected-${name}`, allCompressors[name](content)),
    );
    expect(index.protectedBy).toEqual([]);
  },
);

test.each([
  ['gzip', 'gzip', ['-c'], "gzip's CRC-32"],
  ['xz', 'xz', ['-c'], "xz's checksum"],
  ['xz', 'xz', ['-c', '--check=none'], undefined],
  ['zstd', 'zstd', ['-c'], "zstd's checksum"],
  ['zstd', 'zstd', ['-c', '--no-check'], undefined],
  ['bzip2', 'bzip2', ['-c'], "bzip2's CRC-32"],
  ['lz4', 'lz4', ['-c'], "lz4's checksum"],
  ['lz4', 'lz4', ['-c', '--no-frame-crc'], undefined],
  ['lz4', 'lz4', ['-c', '--no-frame-crc', '-BX'], "lz4's checksum"],
  ['lzip', 'lzip', ['-c'], "lzip's CRC-32"],
] as const)('%s, made by %s %j, is protected by %s', async (name, command, args, by) => {
  const sound = tool(command, [...args], content);
  const index = await indexImage(put(folder, 'protected', sound));
  expect(index).toMatchObject({ compression: name, protectedBy: by === undefined ? [] : [by] });
  // One piece without a checksum among others is enough for that.
  const both = Buffer.concat([compressors[name](content), sound]);
  expect((await indexImage(put(folder, 'protected', both))).protectedBy).toEqual(
    by === undefined ? [] : [by],
  );
});

test('lzma: nothing may follow the only stream', async () => {
  const two = Buffer.concat([allCompressors.lzma(content), allCompressors.lzma(content)]);
  await expect(readImage(put(folder, 'two.lzma', two))).rejects.toThrow(code('IMAGE_CORRUPT'));
});

test('lz4: legacy frames are read one after the other, and before current ones', async () => {
  const legacy = allCompressors['lz4 legacy'](content);
  const three = Buffer.concat([legacy, legacy, compressors.lz4(content)]);
  const wanted = Buffer.concat([content, content, content]);
  expect((await readImage(put(folder, 'three.lz4', three))).equals(wanted)).toBe(true);
});

test('lz4: a legacy frame of which only the magic is left was cut', async () => {
  const legacy = allCompressors['lz4 legacy'](content);
  const cut = Buffer.concat([legacy, legacy.subarray(0, 4)]);
  await expect(readImage(put(folder, 'cut.lz4', cut))).rejects.toThrow(code('IMAGE_TRUNCATED'));
});
