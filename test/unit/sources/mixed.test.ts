import { expect, test } from 'vitest';
import { libraryClosure } from '../../../src/rootfs/library-closure.js';
import { lazySource } from '../../../src/sources/lazy.js';
import { mixedSource } from '../../../src/sources/mixed.js';
import type { ProgramRequest, Source } from '../../../src/sources/source.js';
import { sysrootTree } from '../../../src/sources/sysroot.js';
import { treeSource } from '../../../src/sources/tree-source.js';
import { makeElf } from '../rootfs/make-elf.js';
import { makeSysroot } from './make-sysroot.js';

type Files = Record<string, Uint8Array | string>;

const warnings: string[] = [];
async function mixOf(...roots: Files[]): Promise<Source> {
  warnings.length = 0;
  const parts = await Promise.all(
    roots.map(async (files, index) => {
      const tree = sysrootTree(await makeSysroot(files), `./${index}`);
      return { name: tree.name, source: treeSource(tree) };
    }),
  );
  return mixedSource(parts, (message) => warnings.push(message));
}

const want = (...names: string[]): ProgramRequest[] =>
  names.map((name) => ({ name, reason: 'test' }));
const busybox = (...applets: string[]) =>
  Buffer.concat([makeElf(), Buffer.from(`\0[\0${applets.join('\0')}\0\0`)]);
const shell: ProgramRequest = {
  name: 'busybox',
  reason: 'base',
  applets: ['[', 'mount', 'pivot_root'],
};

async function originsOf(
  source: Source,
  requests: ProgramRequest[],
): Promise<Record<string, string>> {
  const programs = (await source.programs(requests)).map(({ found }) => found.file);
  const libraries = await libraryClosure(programs, 'x86_64', source);
  const all = [...programs, ...libraries.map(({ file }) => file)];
  return Object.fromEntries(all.map(({ path, origin }) => [path, origin.slice(0, 11)]));
}

const musl = '/lib/ld-musl-x86_64.so.1';
const dynamic = (interpreter = musl) => makeElf({ interpreter, needed: ['libz.so.1'] });
const withZ = (libz = makeElf(), loader = makeElf()): Files => ({
  'lib/ld-musl-x86_64.so.1': loader,
  'lib/libz.so.1': libz,
});

test('the first that has a program gives it, with its own libraries', async () => {
  const source = await mixOf(
    { 'bin/a': makeElf() },
    { 'bin/a': makeElf(), 'bin/b': dynamic(), ...withZ() },
    { 'bin/b': dynamic(), ...withZ() },
  );
  expect(await originsOf(source, want('b', 'a'))).toEqual({
    '/usr/bin/a': 'sysroot ./0',
    '/usr/bin/b': 'sysroot ./1',
    '/usr/lib/ld-musl-x86_64.so.1': 'sysroot ./1',
    '/usr/lib/libz.so.1': 'sysroot ./1',
  });
});

test('a source is opened only for what those before it lack', async () => {
  const tree = sysrootTree(await makeSysroot({ 'bin/a': makeElf() }), './0');
  const second = lazySource('second', () => Promise.reject(new Error('opened')));
  const parts = [
    { name: tree.name, source: treeSource(tree) },
    { name: 'second', source: second },
  ];
  const source = mixedSource(parts, () => undefined);
  const optional = { name: 'env', reason: 'test', optional: true } as const;
  expect(Object.keys(await originsOf(source, [...want('a'), optional]))).toEqual(['/usr/bin/a']);
  await expect(source.programs(want('a', 'b'))).rejects.toThrow('opened');
});

test('what none has is refused by the names of all', async () => {
  const source = await mixOf({ 'bin/a': 'a' }, { 'bin/b': 'b' });
  await expect(source.programs(want('a', 'b', 'c'))).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringMatching(/c \(test\)/),
  });
  const optional = { name: 'c', reason: 'test', optional: true } as const;
  expect(await source.programs([...want('a'), optional])).toHaveLength(1);
});

test('a busybox without the applets counts as none, and so do links to it', async () => {
  const poor = { 'bin/busybox': busybox('mount'), 'sbin/tool': '-> /bin/busybox' };
  const rich = { 'bin/busybox': busybox('mount', 'pivot_root'), 'sbin/tool': makeElf() };
  const source = await mixOf(poor, rich);
  expect(await originsOf(source, [...want('tool'), shell])).toEqual({
    '/usr/bin/busybox': 'sysroot ./1',
    '/usr/sbin/tool': 'sysroot ./1',
  });
  expect(warnings).toEqual([
    'busybox of sysroot ./0 has no applet pivot_root: it is taken from sysroot ./1',
  ]);
  await expect((await mixOf(poor)).programs([shell])).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringMatching(/sysroot \.\/0 has no applet pivot_root/),
    hint: expect.stringMatching(/debian/),
  });
});

test('an optional program does not bring a source in that nothing else comes from', async () => {
  const env = { name: 'env', reason: 'base', optional: true } as const;
  const glibc = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2' });
  const debian = { 'bin/busybox': busybox('mount', 'pivot_root'), 'bin/env': glibc };
  const tree = { ...debian, 'lib64/ld-linux-x86-64.so.2': makeElf(), 'bin/b': glibc };
  const device = { 'bin/busybox': busybox('mount'), 'bin/env': '-> busybox', 'bin/a': dynamic() };
  const source = await mixOf({ ...device, ...withZ() }, tree);
  expect(Object.keys(await originsOf(source, [shell, env, ...want('a')]))).toEqual([
    '/usr/bin/busybox',
    '/usr/bin/a',
    '/usr/lib/ld-musl-x86_64.so.1',
    '/usr/lib/libz.so.1',
  ]);
  const own = await (await mixOf(tree)).programs([env, shell, ...want('b')]);
  expect(own.map(({ request }) => request.name)).toEqual(['env', 'busybox', 'b']);
});

test('one library in two versions of two sources is refused, in equal ones not', async () => {
  const mix = (libz: Buffer) =>
    mixOf({ 'bin/a': dynamic(), ...withZ() }, { 'bin/b': dynamic(), ...withZ(libz) });
  await expect(
    originsOf(await mix(makeElf({ soname: 'z2' })), want('a', 'b')),
  ).rejects.toMatchObject({
    code: 'LIBRARY_CONFLICT',
    message: expect.stringMatching(/libz\.so\.1 .* two versions: .*sysroot \.\/0.*sysroot \.\/1/),
  });
  expect(Object.keys(await originsOf(await mix(makeElf()), want('a', 'b')))).toHaveLength(4);
});

test('one name in two versions is refused at two places as well', async () => {
  const elsewhere = makeElf({ interpreter: musl, needed: ['libz.so.1'], runpath: '/opt/lib' });
  const second = { 'bin/b': elsewhere, 'lib/ld-musl-x86_64.so.1': makeElf() };
  const source = await mixOf(
    { 'bin/a': dynamic(), ...withZ() },
    { ...second, 'opt/lib/libz.so.1': makeElf({ soname: 'z2' }) },
  );
  await expect(originsOf(source, want('a', 'b'))).rejects.toMatchObject({
    code: 'LIBRARY_CONFLICT',
    message: expect.stringMatching(/\/usr\/lib\/libz\.so\.1 of .*\/opt\/lib\/libz\.so\.1 of /),
  });
});

test('a link of one source does not bring its own version of what another gave', async () => {
  const source = await mixOf(
    { 'sbin/many': makeElf() },
    { 'sbin/many': makeElf({ soname: 'other' }), 'sbin/one': '-> many' },
  );
  await expect(source.programs(want('many', 'one'))).rejects.toMatchObject({
    code: 'LIBRARY_CONFLICT',
  });
});

test('C libraries of two kinds are refused, each by its name', async () => {
  const glibc = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2' });
  const other = { 'bin/b': glibc, 'lib64/ld-linux-x86-64.so.2': makeElf() };
  const source = await mixOf({ 'bin/a': dynamic(), ...withZ() }, other);
  await expect(originsOf(source, want('a', 'b'))).rejects.toMatchObject({
    code: 'LIBRARY_CONFLICT',
    message: expect.stringMatching(
      /musl of sysroot \.\/0.*\/usr\/bin\/a.*glibc of sysroot \.\/1.*\/usr\/bin\/b/,
    ),
  });
});

test("a file of the profile takes its loader's source", async () => {
  const source = await mixOf({ 'bin/a': makeElf() }, withZ());
  const own = { path: '/opt/x', bytes: dynamic(), unit: undefined };
  const found = await libraryClosure([own], 'x86_64', source);
  expect(found.map(({ file }) => file.origin.slice(0, 11))).toEqual(['sysroot ./1', 'sysroot ./1']);
});

test('a program that was built without what is asked of it counts as none', async () => {
  const request = {
    ...{ name: 'server', reason: 'service' },
    features: [
      { name: 'keys', texts: ['ssh-a', 'ssh-b'] },
      { name: 'a window (-W)', texts: ['\n-W '] },
    ],
  };
  const whole = { 'bin/server': 'usage\n-W window\0ssh-b' };
  const poor = { 'bin/server': 'usage\0ssh-b' };
  const source = await mixOf(poor, whole);
  const [found] = await source.programs([request]);
  expect(found!.found.file.origin).toBe('sysroot ./1 /bin/server');
  expect(warnings).toEqual([
    'server of sysroot ./0 was built without a window (-W): it is taken from sysroot ./1',
  ]);
  await expect((await mixOf(poor)).programs([request])).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringMatching(/server of sysroot \.\/0 was built without a window/),
    hint: expect.stringMatching(/debian/),
  });
});
