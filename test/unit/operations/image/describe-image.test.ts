import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helpPages } from '../../../../src/cli/help/pages.js';
import { imageLines, imageFailure } from '../../../../src/cli/views/image-lines.js';
import { describeImage } from '../../../../src/operations/image/describe-image.js';
import { compressors, put, sample, temporaryFolder, tool } from '../../image/fixtures.js';
import { withMetadata } from '../../image/openwrt-fixtures.js';
import { ubinized } from '../../image/ubi-fixtures.js';
import { containers, squashfs } from '../../image/container/containers.js';

const folder = temporaryFolder();
const root = squashfs(folder);
const everywhere = ['partition', 'mtd', 'mtd', 'partition', 'ubi-volume'];

const file = (name: string, bytes: Buffer): string => put(folder, name, bytes);
const disk = (): Buffer => {
  const path = file('disk', Buffer.alloc(8 << 20));
  tool('sfdisk', ['-q', path], Buffer.from('label: gpt\n2048,4096,L\n'));
  return tool('cat', [path]);
};
const ext = (...args: string[]): Buffer => {
  const path = file('ext', Buffer.alloc(2 << 20));
  tool('mke2fs', ['-q', '-F', ...args, path]);
  return tool('cat', [path]);
};

test.each<[name: string, bytes: () => Buffer, what: RegExp, details: RegExp, places: string[]]>([
  ['squashfs', () => root, /^a squashfs$/, /compressed with gzip inside/, everywhere],
  ['gzipped', () => compressors.gzip(root), /squashfs, compressed with gzip/, /gzip/, everywhere],
  [
    'OpenWrt',
    () => withMetadata(compressors.gzip(root), { supported_devices: ['acme,x'] }),
    /squashfs, compressed with gzip/,
    /for the boards acme,x/,
    everywhere,
  ],
  ['UBI', () => ubinized(folder), /^a UBI layout$/, /volumes .*eraseblocks of/, ['ubi']],
  ['a disk', disk, /^a disk image$/, /1 partition; for sectors of 512 bytes; needs/, ['disk']],
  ['ext2', () => ext('-t', 'ext2'), /^an ext2, ext3 or ext4/, /^ext2$/, everywhere],
  ['ext3', () => ext('-t', 'ext3', '-L', 'r'), /ext4/, /^ext3; label "r"$/, everywhere],
  ['ext4', () => ext('-t', 'ext4'), /ext4/, /^ext4$/, everywhere],
])('%s: what it is, and where it goes', async (_, bytes, what, details, places) => {
  const report = await describeImage({ image: file('i', bytes()) });
  expect(report.what).toMatch(what);
  expect(report.details.join('; ')).toMatch(details);
  expect(report.targets.map(({ place }) => place)).toEqual(places);
  expect(report.refusals).toEqual([]);
  expect(imageFailure(report)).toBeUndefined();
});

test.each([
  ['no known format', sample(9000), 'IMAGE_FORMAT', /of no known format/],
  ['cut', compressors.gzip(root).subarray(0, -9), 'IMAGE_TRUNCATED', /squashfs, compressed/],
  ['text', Buffer.from('<!doctype html><p>404'), 'IMAGE_FORMAT', /web page/],
  [
    '7z',
    Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), sample(900)]),
    'IMAGE_FORMAT',
    /7z/,
  ],
] as const)('%s: what is refused is told, and is no error', async (_, bytes, code, what) => {
  const report = await describeImage({ image: file('i', Buffer.from(bytes)) });
  expect(report).toMatchObject({
    what: expect.stringMatching(what) as string,
    targets: [],
    refusals: [{ code }],
  });
  expect(imageFailure(report)).toMatchObject({ exit: 2 });
});

test('an update file is shown with what is in it, and the command for the one image', async () => {
  const { sysupgrade: _, ...foreign } = containers(folder, root);
  for (const [kind, bytes] of Object.entries(foreign)) {
    const report = await describeImage({ image: file('u', bytes) });
    // A tar archive of anything may be a tree as well.
    const isTree = kind === 'tar';
    const refusals = isTree ? [] : [{ code: 'IMAGE_FORMAT' }];
    expect(report).toMatchObject({ container: { kind }, refusals });
    const lines = imageLines(report, Infinity).join('\n');
    expect(lines).toMatch(/is the one image in it: (unzip|tar|cpio|unsquashfs) /);
    expect(lines).toContain(isTree ? 'ext4-tree' : 'REFUSED');
  }
});

test('an OpenWrt sysupgrade file has a place of its own, by the name that the profile gives it', async () => {
  const image = file('s', containers(folder, root)['sysupgrade']!);
  const text =
    'name: p\narch: armv7\nflash:\n  targets:\n    firmware: { sysupgrade: { mtd: ubi } }\n';
  const report = await describeImage({ image, profile: file('s.yaml', Buffer.from(text)) });
  expect(report).toMatchObject({
    ...{ format: 'sysupgrade', container: { kind: 'sysupgrade' }, refusals: [] },
    targets: [{ kind: 'sysupgrade', place: 'sysupgrade', names: ['firmware'] }],
  });
  expect(report.details).toContain('for the board acme_x');
  expect(imageLines(report, Infinity).join('\n')).toContain('firmware');
});

test('bytes that are taken as they are go nearly everywhere', async () => {
  const report = await describeImage({
    image: { path: file('r', compressors.gzip(root)), raw: true },
  });
  expect(report.what).toMatch(/^bytes that are taken as they are/);
  expect(report.targets.map(({ place }) => place)).toEqual(['disk', ...everywhere]);
});

test('a tree is written to a target that a profile names, and any other image without one', async () => {
  mkdirSync(join(folder, 'a-tree'));
  const path = file('tree.tgz', tool('tar', ['-cz', '-C', folder, 'a-tree']));
  const text =
    'name: p\narch: armv7\nflash:\n  targets:\n    data: { ext4-tree: { partition: { label: data } } }\n';
  const profile = file('t.yaml', Buffer.from(text));
  for (const [options, target] of [
    [{}, 'TARGET'],
    [{ profile }, 'data'],
  ] as const) {
    const lines = imageLines(await describeImage({ image: path, ...options }), Infinity);
    expect(lines.slice(-4)).toEqual([
      'Name a target for a tree in a profile:',
      '  levitate help trees',
      'Write it there (asks before it overwrites):',
      `  levitate deploy HOST PROFILE ${target}=${path}`,
    ]);
    expect(helpPages().has('trees')).toBe(true);
  }
  const plain = imageLines(await describeImage({ image: file('i', root) }), Infinity);
  expect(plain.at(-1)).toBe(`  levitate deploy HOST ${join(folder, 'i')}`);
});

test('with a profile, its targets are named', async () => {
  const profile = file(
    'p.yaml',
    Buffer.from(
      'name: p\narch: armv7\nflash:\n  targets:\n    a: { mtd: firmware }\n    b: { ubi: { mtd: ubi } }\n',
    ),
  );
  const { targets } = await describeImage({ image: file('i', root), profile });
  expect(targets.map(({ names }) => names)).toEqual([[], ['a'], [], [], []]);
});

test('a file that is not there is an error', async () => {
  await expect(describeImage({ image: join(folder, 'nowhere') })).rejects.toMatchObject({
    code: 'IMAGE_UNREADABLE',
  });
});
