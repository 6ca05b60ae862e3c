/** Kernel modules out of Debian's own kernel package, as the lab has unpacked it, and out of made ones. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Architecture } from '../../../src/profile/schema.js';
import { moduleEntries } from '../../../src/rootfs/kernel-modules.js';
import { readModuleInfo } from '../../../src/rootfs/modinfo.js';
import { mixedSource } from '../../../src/sources/mixed.js';
import type { Source } from '../../../src/sources/source.js';
import { sysrootTree } from '../../../src/sources/sysroot.js';
import { treeSource } from '../../../src/sources/tree-source.js';
import { packages } from '../../lab/build/packages.js';
import { tool } from '../../unit/image/fixtures.js';
import { makeSysroot } from '../../unit/sources/make-sysroot.js';
import { aProfile } from '../../unit/rootfs/a-profile.js';
import { makeModule } from '../../unit/rootfs/make-module.js';

const sourceOf = (folder: string, name = './staging'): Source =>
  treeSource(sysrootTree(folder, name));
const rootOf = async (files: Record<string, Uint8Array | string>, name?: string) =>
  sourceOf(await makeSysroot(files), name);

interface Asked {
  kernel?: string;
  arch?: Architecture;
}

/** What a root with these modules has: the list, and bytes and provenance of each file by its path. */
async function rootWith(source: Source, names: string[], { kernel, arch = 'x86_64' }: Asked = {}) {
  const modules = { names, ...(kernel === undefined ? {} : { kernel }) };
  const entries = await moduleEntries(aProfile({ arch, root: { modules } }), source);
  const files = new Map(
    entries.flatMap((entry) =>
      entry.kind === 'file' && 'bytes' in entry.content
        ? [[entry.path, { bytes: Buffer.from(entry.content.bytes), ...entry }]]
        : [],
    ),
  );
  const list = files.get('/etc/levitate/modules')!.bytes.toString().trim().split('\n');
  return { list, files };
}

let debian: Awaited<ReturnType<typeof packages>>;
/** The modules of ubifs, each at its place in the root with its bytes. */
let ubifs: Map<string, Buffer>;
beforeAll(async () => {
  debian = await packages();
  const { list, files } = await rootWith(sourceOf(join(debian.modulesDir, '../../..')), ['ubifs']);
  ubifs = new Map(list.map((path) => [path, files.get(path)!.bytes]));
  // On a fresh checkout the lab fetches its packages first.
}, 600_000);

test('of Debian, in an order in which each finds what it needs', async () => {
  const source = sourceOf(join(debian.modulesDir, '../../..'));
  const names = ['virtio-net', 'nandsim', 'ext4'];
  const { list, files } = await rootWith(source, names, { kernel: debian.kernelVersion });
  const there = new Set<string>();
  for (const line of list) {
    const { bytes, reason, origin } = files.get(line.replace(/ optional$/, ''))!;
    for (const need of readModuleInfo(bytes).depends) expect(there, line).toContain(need);
    there.add(basename(line.split(' ')[0]!, '.ko').replaceAll('-', '_'));
    expect(reason).toMatch(/^(kernel module|(needed|wanted) by kernel module) [a-z0-9_]+$/);
    expect(origin).toMatch(/^sysroot \.\/staging \/lib\/modules\//);
  }
  expect([...there]).toEqual(
    expect.arrayContaining(['virtio_net', 'nandsim', 'mtd', 'ext4', 'crc32c_generic']),
  );
  expect(list.filter((line) => line.endsWith(' optional')).join()).toMatch(/crc32c/);
  expect(list.at(-1)).toBe(`/usr/lib/modules/${debian.kernelVersion}/kernel/fs/ext4/ext4.ko`);
});

test.each([
  ['gz', 'gzip', ['-c']],
  // As the kernel's own build calls them.
  ['xz', 'xz', ['-c', '--check=crc32', '--lzma2=dict=1MiB']],
  ['zst', 'zstd', ['-c', '-q']],
])('compressed ones (.ko.%s) come out as they were', async (ending, program, args) => {
  const folder = await makeSysroot({});
  for (const [path, bytes] of ubifs) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, `${path}.${ending}`), tool(program, args, bytes));
  }
  const { list, files } = await rootWith(sourceOf(folder), ['ubifs']);
  expect(list).toEqual([...ubifs.keys()]);
  for (const [path, bytes] of ubifs) expect(files.get(path)!.bytes.equals(bytes)).toBe(true);
});

const one = (release: string, file = 'a.ko') => ({
  [`lib/modules/${release}/kernel/${file}`]: makeModule({ release }),
});

test('of two kernels, one has to be named, and no two are mixed', async () => {
  const source = await rootOf({ ...one('6.1.0-1'), ...one('6.1.0-2') });
  expect((await rootWith(source, ['a'], { kernel: '6.1.0-2' })).list).toEqual([
    '/usr/lib/modules/6.1.0-2/kernel/a.ko',
  ]);
  await expect(rootWith(source, ['a'])).rejects.toMatchObject({
    code: 'KERNEL_UNKNOWN',
    exit: 2,
    hint: expect.stringMatching(/6\.1\.0-1, 6\.1\.0-2/) as string,
  });
  await expect(rootWith(source, ['a'], { kernel: '6.1.0-3' })).rejects.toMatchObject({
    code: 'KERNEL_UNKNOWN',
    message: 'sysroot ./staging has no modules of kernel 6.1.0-3',
  });
  await expect(rootWith(await rootOf({}), ['a'])).rejects.toMatchObject({
    code: 'KERNEL_UNKNOWN',
    message: 'sysroot ./staging has no kernel modules',
  });
});

test('links inside the sysroot are followed, and a merged /usr is one place', async () => {
  const source = await rootOf({
    lib: '-> /usr/lib',
    'usr/lib/modules/1/a.ko': '-> /opt/store/a.ko',
    'opt/store/a.ko': makeModule({ release: '1' }),
  });
  const { list, files } = await rootWith(source, ['a']);
  expect(list).toEqual(['/usr/lib/modules/1/a.ko']);
  expect(files.get(list[0]!)!.origin).toBe('sysroot ./staging /opt/store/a.ko');
});

test('the first source that has all of them gives them, and for one kernel alone', async () => {
  const first = await rootOf(one('1'), './first');
  const second = await rootOf(
    { ...one('1'), ...one('1', 'b.ko'), ...one('2', 'c.ko') },
    './second',
  );
  const parts = [
    { name: 'first', source: first },
    { name: 'second', source: second },
  ];
  const source = mixedSource(parts, () => undefined);
  const originOf = async (...names: string[]) => {
    const { files } = await rootWith(source, names);
    return files.get('/usr/lib/modules/1/kernel/a.ko')!.origin;
  };
  expect(await originOf('a')).toMatch(/\.\/first/);
  expect(await originOf('a', 'b')).toMatch(/\.\/second/);
  await expect(rootWith(source, ['a', 'c'])).rejects.toMatchObject({
    code: 'MODULE_UNKNOWN',
    message: expect.stringMatching(/kernel 1 of sysroot \.\/first .*"c"/) as string,
  });
  await expect(rootWith(source, ['a'], { kernel: '9' })).rejects.toMatchObject({
    code: 'KERNEL_UNKNOWN',
    message: expect.stringMatching(/\.\/first.* 9; .*\.\/second.* 9/) as string,
  });
});

const foreign = { 'lib/modules/1/a.ko': makeModule({ release: '1', machine: 183 }) };
test.each<[string, Record<string, Uint8Array>, string, RegExp]>([
  ['for another machine', foreign, 'WRONG_ARCHITECTURE', /a\.ko .*aarch64.*x86_64/],
  [
    'built for another kernel',
    { 'lib/modules/1/a.ko': makeModule({ release: '2' }) },
    'MODULE_INVALID',
    /kernel 2, .*modules of 1/,
  ],
  [
    'whose compression is damaged',
    { 'lib/modules/1/a.ko.gz': tool('gzip', ['-c'], makeModule({ release: '1' })).fill(0, 60) },
    'MODULE_INVALID',
    /a\.ko\.gz is damaged/,
  ],
  ['that is no module', { 'lib/modules/1/a.ko': Buffer.from('x') }, 'MODULE_INVALID', /no ELF/],
])('a module %s is refused', async (_name, files, code, message) => {
  await expect(rootWith(await rootOf(files), ['a'])).rejects.toMatchObject({
    code,
    exit: 2,
    message: expect.stringMatching(message) as string,
  });
});

test('programs of a narrow machine run under a wider kernel, whose modules are wide', async () => {
  const { list } = await rootWith(await rootOf(foreign), ['a'], { arch: 'armv7' });
  expect(list).toEqual(['/usr/lib/modules/1/a.ko']);
});

test('an archive that brings none has no list', async () => {
  expect(await moduleEntries(aProfile(), await rootOf({}))).toEqual([]);
  expect(await moduleEntries(aProfile({ root: { modules: ['ubi'] } }), await rootOf({}))).toEqual(
    [],
  );
});
