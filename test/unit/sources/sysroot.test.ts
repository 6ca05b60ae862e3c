import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sysrootTree } from '../../../src/sources/sysroot.js';
import { treeSource } from '../../../src/sources/tree-source.js';
import type { Source } from '../../../src/sources/source.js';
import { libraryClosure } from '../../../src/rootfs/library-closure.js';
import { makeElf } from '../rootfs/make-elf.js';
import { makeSysroot } from './make-sysroot.js';

const musl = '/lib/ld-musl-x86_64.so.1';
const glibc = '/lib64/ld-linux-x86-64.so.2';
/** glibc's loader with the folders that are built into it, as they stand in a real one. */
const glibcLoader = Buffer.concat([
  makeElf(),
  Buffer.from('\0/lib/tri/\0/usr/lib/tri/\0/lib/\0/usr/lib/\0\0/usr/lib/\0'),
]);
const libc = Buffer.concat([
  makeElf({ soname: 'libc.so.6', needed: ['ld-linux-x86-64.so.2'] }),
  Buffer.from('\0_nss_files_getpwnam_r\0'),
]);

const sourceOf = async (files: Record<string, Uint8Array | string>): Promise<Source> =>
  treeSource(sysrootTree(await makeSysroot(files), './staging'));
const want = (...names: string[]) => names.map((name) => ({ name, reason: 'test' }));

/** What a root of these programs would hold, by path, and where each file came from. */
async function rootOf(
  files: Record<string, Uint8Array | string>,
  ...names: string[]
): Promise<Record<string, string>> {
  const source = await sourceOf(files);
  const programs = await source.programs(want(...names));
  const found = programs.map(({ found: { file } }) => file);
  const libraries = await libraryClosure(found, 'x86_64', source);
  const all = [...found, ...libraries.map(({ file }) => file)];
  return Object.fromEntries(all.map(({ path, origin }) => [path, origin.split(' ').at(-1)!]));
}

test('programs of every folder on the PATH, at their place under /usr, with links for their names', async () => {
  const source = await sourceOf({
    'bin/busybox.suid': 'b',
    'bin/busybox': '-> busybox.suid',
    'sbin/ubiattach': '-> ../bin/busybox',
    'usr/sbin/dropbear': 'd',
    'usr/bin/dropbearkey': '-> /usr/sbin/dropbear',
    'usr/local/bin/own': 'o',
    'nix/store/abc-tool-1/bin/tool': 't',
  });
  const found = await source.programs(
    want('busybox', 'ubiattach', 'dropbear', 'dropbearkey', 'own', 'tool'),
  );
  expect(found.map(({ found: { file, aliases } }) => [file.path, ...aliases])).toEqual([
    ['/usr/bin/busybox'],
    ['/usr/bin/busybox', '/usr/sbin/ubiattach'],
    ['/usr/sbin/dropbear'],
    ['/usr/sbin/dropbear', '/usr/bin/dropbearkey'],
    ['/usr/local/bin/own', '/usr/bin/own'],
    ['/nix/store/abc-tool-1/bin/tool', '/usr/bin/tool'],
  ]);
  expect(found[3]!.found.file.origin).toBe('sysroot ./staging /usr/sbin/dropbear');
});

test('musl: its loader stands for its library, and its path file counts', async () => {
  const tool = makeElf({
    interpreter: musl,
    needed: ['libc.so', 'libz.so.1', 'libc.musl-x86_64.so.1'],
  });
  const files = {
    'bin/tool': tool,
    'lib/libc.so': makeElf(),
    'lib/ld-musl-x86_64.so.1': '-> libc.so',
  };
  expect(await rootOf({ ...files, 'usr/lib/libz.so.1': makeElf() }, 'tool')).toEqual({
    '/usr/bin/tool': '/bin/tool',
    '/usr/lib/ld-musl-x86_64.so.1': '/lib/libc.so',
    '/usr/lib/libz.so.1': '/usr/lib/libz.so.1',
  });
  const elsewhere = {
    'opt/lib/libz.so.1': makeElf(),
    'etc/ld-musl-x86_64.path': '/lib\n/opt/lib\n',
  };
  // The root has no path file: the library goes where the loader looks by itself.
  expect(await rootOf({ ...files, ...elsewhere }, 'tool')).toMatchObject({
    '/usr/lib/libz.so.1': '/opt/lib/libz.so.1',
  });
});

test('glibc: folders built into the loader, then ld.so.conf and what it includes', async () => {
  const tool = makeElf({ interpreter: glibc, needed: ['libc.so.6', 'liba.so', 'libb.so'] });
  const root = await rootOf(
    {
      'bin/tool': tool,
      'lib64/ld-linux-x86-64.so.2': glibcLoader,
      'usr/lib/tri/libc.so.6': '-> libc-2.36.so',
      'usr/lib/tri/libc-2.36.so': libc,
      'lib/liba.so': makeElf(),
      'opt/vendor/libb.so': makeElf({ needed: ['liba.so'] }),
      'etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n',
      'etc/ld.so.conf.d/vendor.conf': '# ours\n/opt/vendor\n',
    },
    'tool',
  );
  expect(root).toEqual({
    '/usr/bin/tool': '/bin/tool',
    '/usr/lib64/ld-linux-x86-64.so.2': '/lib64/ld-linux-x86-64.so.2',
    '/usr/lib/tri/libc.so.6': '/usr/lib/tri/libc-2.36.so',
    '/usr/lib/liba.so': '/lib/liba.so',
    '/usr/lib/tri/libb.so': '/opt/vendor/libb.so',
  });
});

test('a Nix closure: loader, libraries and RUNPATH within the store', async () => {
  const store = '/nix/store/aaa-glibc/lib';
  const tool = makeElf({
    interpreter: `${store}/ld-linux-x86-64.so.2`,
    needed: ['libc.so.6', 'libz.so.1'],
    runpath: `/nix/store/bbb-zlib/lib:${store}`,
  });
  const root = await rootOf(
    {
      'nix/store/ccc-tool/bin/tool': tool,
      'nix/store/aaa-glibc/lib/ld-linux-x86-64.so.2': makeElf(),
      'nix/store/aaa-glibc/lib/libc.so.6': libc,
      'nix/store/bbb-zlib/lib/libz.so.1': makeElf(),
    },
    'tool',
  );
  expect(Object.keys(root).sort()).toEqual([
    `${store}/ld-linux-x86-64.so.2`,
    `${store}/libc.so.6`,
    '/nix/store/bbb-zlib/lib/libz.so.1',
    '/nix/store/ccc-tool/bin/tool',
  ]);
});

test('a store with two versions of a program is refused, with two equal ones not', async () => {
  const store = (second: string) => ({ 'nix/store/a/bin/x': 'one', 'nix/store/b/bin/x': second });
  await expect(rootOf(store('two'), 'x')).rejects.toMatchObject({ code: 'LIBRARY_CONFLICT' });
  expect(await rootOf(store('one'), 'x')).toEqual({ '/nix/store/a/bin/x': '/nix/store/a/bin/x' });
});

test('an absolute link means the sysroot, and never this machine', async () => {
  const outside = join(await makeSysroot({}), 'secret');
  await writeFile(outside, 'of this machine');
  const files = { 'bin/a': '-> /opt/a', 'opt/a': 'inside', 'bin/b': `-> ${outside}` };
  expect(await rootOf(files, 'a')).toEqual({ '/opt/a': '/opt/a' });
  await expect(rootOf(files, 'b')).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining(`/bin/b is a link to ${outside}, which is not there`),
  });
});

test.each([
  ['out of it', { 'bin/x': '-> ../../../../etc/passwd' }, /\/bin\/x leads out of it/],
  ['out of it by a folder', { bin: '-> ../..' }, /leads out of it/],
  ['in a loop', { 'bin/x': '-> y', 'bin/y': '-> x' }, /\/bin\/x lead in a loop/],
])('links %s are refused', async (_name, files, message) => {
  await expect(rootOf(files as Record<string, string>, 'x')).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringMatching(message),
  });
});

test('a binary of another architecture, a loader and a library that are missing', async () => {
  const refused = (tool: Buffer, more = {}) =>
    expect(rootOf({ 'bin/x': tool, ...more }, 'x')).rejects;
  await refused(makeElf({ machine: 183 })).toMatchObject({
    code: 'WRONG_ARCHITECTURE',
    message: expect.stringMatching(/\/usr\/bin\/x is for aarch64/),
  });
  await refused(makeElf({ interpreter: musl })).toMatchObject({
    code: 'LIBRARY_MISSING',
    message: expect.stringMatching(/ld-musl-x86_64\.so\.1.* of sysroot \.\/staging/),
  });
  const nowhere = { 'lib/ld-musl-x86_64.so.1': '-> libc.so' };
  await refused(makeElf({ interpreter: musl }), nowhere).toMatchObject({
    code: 'LIBRARY_MISSING',
    message: expect.stringMatching(
      /ld-musl-x86_64\.so\.1 is a link to libc\.so, which is not there/,
    ),
  });
  const loader = { 'lib/ld-musl-x86_64.so.1': makeElf() };
  await refused(makeElf({ interpreter: musl, needed: ['libz.so.1'] }), loader).toMatchObject({
    code: 'LIBRARY_MISSING',
    message: expect.stringMatching(/libz\.so\.1/),
  });
});

test('a library in two versions where the root has one place', async () => {
  const files = (second: Uint8Array) => ({
    'bin/x': makeElf({ interpreter: musl, needed: ['libz.so.1'] }),
    'lib/ld-musl-x86_64.so.1': makeElf(),
    'lib/libz.so.1': makeElf(),
    'usr/lib/libz.so.1': second,
  });
  await expect(rootOf(files(makeElf({ soname: 'newer' })), 'x')).rejects.toMatchObject({
    code: 'LIBRARY_CONFLICT',
    message: expect.stringMatching(/\/lib\/libz\.so\.1 and \/usr\/lib\/libz\.so\.1/),
  });
  expect(Object.keys(await rootOf(files(makeElf()), 'x'))).toContain('/usr/lib/libz.so.1');
});

test('all programs that are missing are named at once, with packages that have them', async () => {
  const source = await sourceOf({ 'bin/a': 'a' });
  await expect(source.programs(want('a', 'ubiformat', 'dropbear'))).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: 'sysroot ./staging has no ubiformat (test), dropbear (test)',
    data: { packages: ['mtd-utils', 'dropbear-bin'] },
  });
  const alone = treeSource(sysrootTree(await makeSysroot({}), './staging'), false);
  await expect(alone.programs(want('dropbear'))).rejects.toMatchObject({
    hint: 'Add a source that has them to root.from.',
  });
  expect(await source.programs([{ name: 'none', reason: 'test', optional: true }])).toEqual([]);
});
