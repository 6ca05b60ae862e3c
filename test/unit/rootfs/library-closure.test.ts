import { expect, test } from 'vitest';
import { libraryClosure, type LibraryLookup } from '../../../src/rootfs/library-closure.js';
import { makeElf } from './make-elf.js';

const loader = '/lib64/ld-linux-x86-64.so.2';
const program = (needed: string[], path = '/usr/bin/tool') => ({
  path,
  bytes: makeElf({ interpreter: loader, needed }),
  unit: 'tool',
});

/** A lookup over paths; it also remembers what was asked. */
function lookupIn(files: Record<string, Buffer>): LibraryLookup & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    loaderDirectories: () => {
      const directories = ['/usr/lib/x86_64-linux-gnu', '/usr/lib'];
      return Promise.resolve({ search: directories, builtIn: directories });
    },
    searched: (unit) => `the packages of ${unit}`,
    library: (name, directories, unit) => {
      asked.push(name);
      const path = directories.map((one) => `${one}/${name}`).find((one) => one in files);
      const found = path && { path, bytes: files[path]!, origin: 'test', unit: unit ?? '' };
      return Promise.resolve(found || undefined);
    },
  };
}

const libc = Buffer.concat([
  makeElf({ soname: 'libc.so.6', needed: ['ld-linux-x86-64.so.2'] }),
  Buffer.from('\0_nss_files_getpwnam_r\0'),
]);
const base = { '/usr/lib64/ld-linux-x86-64.so.2': makeElf(), '/usr/lib/libc.so.6': libc };
const paths = (found: { file: { path: string } }[]) => found.map(({ file }) => file.path);

test('follows needs of needs, each library once, the loader at the path that programs name', async () => {
  const lookup = lookupIn({
    ...base,
    '/usr/lib/liba.so.1': makeElf({ needed: ['libb.so.1', 'libc.so.6'] }),
    '/usr/lib/x86_64-linux-gnu/libb.so.1': makeElf({ needed: ['liba.so.1'] }),
  });
  const found = await libraryClosure([program(['liba.so.1', 'libc.so.6'])], 'x86_64', lookup);
  expect(paths(found)).toEqual([
    '/usr/lib/liba.so.1',
    '/usr/lib/libc.so.6',
    '/usr/lib/x86_64-linux-gnu/libb.so.1',
    '/usr/lib64/ld-linux-x86-64.so.2',
  ]);
  expect(new Set(lookup.asked).size).toBe(lookup.asked.length);
  expect(found.every(({ neededBy }) => neededBy === '/usr/bin/tool')).toBe(true);
});

test('a private library is found through RUNPATH and $ORIGIN', async () => {
  const bytes = makeElf({ needed: ['libp.so'], runpath: '$ORIGIN/../lib/private' });
  const lookup = lookupIn({ '/usr/lib/private/libp.so': makeElf() });
  const found = await libraryClosure([{ path: '/usr/bin/x', bytes, unit: 'x' }], 'x86_64', lookup);
  expect(paths(found)).toEqual(['/usr/lib/private/libp.so']);
});

test('a library that the profile brings itself is not looked for', async () => {
  const own = { path: '/usr/lib/libown.so', bytes: makeElf(), unit: undefined };
  const user = { path: '/usr/bin/x', bytes: makeElf({ needed: ['libown.so'] }), unit: undefined };
  expect(await libraryClosure([user, own], 'x86_64', lookupIn({}))).toEqual([]);
});

test('an older libc brings the library that it opens for accounts', async () => {
  const files = {
    ...base,
    '/usr/lib/libc.so.6': makeElf({ soname: 'libc.so.6' }),
    '/usr/lib/libnss_files.so.2': makeElf(),
  };
  const found = await libraryClosure([program(['libc.so.6'])], 'x86_64', lookupIn(files));
  expect(paths(found)).toContain('/usr/lib/libnss_files.so.2');
});

test('a library that is nowhere is named with its program and where it was looked for', async () => {
  const lookup = lookupIn({ ...base, '/usr/lib/liba.so.1': makeElf({ needed: ['libgone.so.3'] }) });
  const work = libraryClosure([program(['liba.so.1'])], 'x86_64', lookup);
  await expect(work).rejects.toMatchObject({
    code: 'LIBRARY_MISSING',
    message: expect.stringMatching(
      /\/usr\/bin\/tool \(through \/usr\/lib\/liba\.so\.1\) needs libgone\.so\.3.*\/usr\/lib.*packages of tool/,
    ),
  });
});

test.each([
  ['aarch64', {}, /is for x86_64/],
  ['armv7', { machine: 40, bits: 32, flags: 0x200 }, /is for armv5/],
  ['x86_64', { machine: 62, bits: 32 }, /ELF machine 62, 32-bit/],
  ['armv5', { machine: 40, bits: 32, flags: 0x5000400 }, /is for armv7, the profile is for armv5/],
  ['armv5', { machine: 40, bits: 32, littleEndian: false, flags: 0x200 }, /40, 32-bit big-endian/],
  ['mipsel', { machine: 8, bits: 32, littleEndian: false }, /is for mips,/],
  ['mips', { machine: 8, bits: 32 }, /is for mipsel,/],
  ['mips64', { machine: 8, bits: 64 }, /is for mips64el,/],
  // n32 of binutils: e_flags EF_MIPS_ABI2.
  ['mips', { machine: 8, bits: 32, littleEndian: false, flags: 0x80000020 }, /flags 0x80000020/],
  ['riscv64', { machine: 243, bits: 32 }, /machine 243, 32-bit/],
] as const)('a %s root refuses %j', async (arch, kind, message) => {
  const work = libraryClosure(
    [{ path: '/opt/x', bytes: makeElf(kind), unit: undefined }],
    arch,
    lookupIn({}),
  );
  await expect(work).rejects.toMatchObject({
    code: 'WRONG_ARCHITECTURE',
    message: expect.stringMatching(message),
  });
});

test('a broken ELF file is refused, a script is let through', async () => {
  const of = (bytes: Buffer) =>
    libraryClosure([{ path: '/opt/x', bytes, unit: undefined }], 'x86_64', lookupIn({}));
  await expect(of(makeElf().subarray(0, 100))).rejects.toMatchObject({
    code: 'WRONG_ARCHITECTURE',
  });
  expect(await of(Buffer.from('#!/bin/sh\n'))).toEqual([]);
});
