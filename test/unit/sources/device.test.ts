/** The transport here stands for an SSH connection: a command's text and standard input go in, its output comes out. */
import { execa } from 'execa';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Transport } from '../../../src/ssh/transport.js';
import { moduleEntries } from '../../../src/rootfs/kernel-modules.js';
import { deviceTree } from '../../../src/sources/device.js';
import { treeSource } from '../../../src/sources/tree-source.js';
import { aProfile } from '../rootfs/a-profile.js';
import { makeModule } from '../rootfs/make-module.js';
import { makeSysroot } from './make-sysroot.js';

type Change = (bytes: Uint8Array) => Uint8Array;

/** Runs commands in a shell of this machine, and remembers how many. */
function local(shell: string[], change: Change = (bytes) => bytes): Transport & { count: number } {
  const transport = {
    name: 'local',
    count: 0,
    close: () => Promise.resolve(),
    exec: async (
      command: string,
      options = {} as { stdin?: unknown; onBytes?: (b: Uint8Array) => void },
    ) => {
      transport.count += 1;
      expect(command).toBe('sh -s');
      const [program = '', ...args] = [...shell, '-s'];
      const { stdout, stderr, exitCode } = await execa(program, args, {
        input: options.stdin as string,
        encoding: 'buffer',
        stripFinalNewline: false,
        reject: false,
      });
      options.onBytes?.(change(stdout));
      return { stdout: '', stderr: Buffer.from(stderr).toString(), code: exitCode ?? null };
    },
  };
  return transport;
}

const every = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
const files = {
  'bin/a b': every,
  'bin/empty': '',
  'bin/link': '-> a b',
  'bin/loop': '-> loop',
  'bin/no': '-> gone',
};

test.each([[['dash']], [['busybox', 'ash']]])('%j hands over files as they are', async (shell) => {
  const folder = await makeSysroot(files);
  const transport = local(shell);
  const tree = deviceTree('root@router', () => Promise.resolve(transport));
  const at = (name: string) => join(folder, 'bin', name);
  const asked = ['link', 'loop', 'no', 'empty', 'none', '..'].map(at);
  expect(await tree.locate(asked)).toEqual([
    at('a b'),
    undefined,
    undefined,
    at('empty'),
    undefined,
    undefined,
  ]);
  const [first, second] = await tree.read([at('a b'), at('empty')]);
  expect(Buffer.from(first!).equals(every)).toBe(true);
  expect(second).toHaveLength(0);
  expect((await tree.list(join(folder, 'bin'))).sort()).toEqual(['a b', 'empty', 'link']);
  expect(await tree.list(join(folder, 'none'))).toEqual([]);
  expect((await tree.files(folder)).sort()).toEqual(['bin/a b', 'bin/empty']);
  expect(await tree.files(join(folder, 'none'))).toEqual([]);
  const before = transport.count;
  await tree.locate(asked);
  await tree.read([at('a b')]);
  expect(transport.count).toBe(before);
});

test.each([
  [
    'a bit is wrong',
    (bytes: Uint8Array) => bytes.map((byte, index) => (index === 100 ? byte ^ 1 : byte)),
  ],
  ['the end is missing', (bytes: Uint8Array) => bytes.subarray(0, -10)],
  [
    'a byte is missing',
    (bytes: Uint8Array) => Buffer.concat([bytes.subarray(0, 200), bytes.subarray(201)]),
  ],
  ['only its beginning came', (bytes: Uint8Array) => bytes.subarray(0, 60)],
])('a file is refused when %s', async (_name, change) => {
  const folder = await makeSysroot(files);
  const tree = deviceTree('root@router', () => Promise.resolve(local(['dash'], change)));
  await expect(tree.read([join(folder, 'bin/a b')])).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringMatching(/^device root@router: .*did not arrive/),
  });
});

test('a login of which nothing comes is named', async () => {
  const nothing = () => new Uint8Array();
  const tree = deviceTree('root@router', () => Promise.resolve(local(['dash'], nothing)));
  await expect(tree.read(['/bin/sh'])).rejects.toMatchObject({ code: 'LOGIN_RESTRICTED' });
});

test('a file that cannot be read is an error, with what the device said', async () => {
  const folder = await makeSysroot(files);
  const tree = deviceTree('root@router', () => Promise.resolve(local(['dash'])));
  await expect(
    tree.read([join(folder, 'bin/empty'), join(folder, 'bin/gone')]),
  ).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringMatching(/gone/),
  });
});

test('kernel modules are those of the kernel that runs', async () => {
  const applets = ['cat', 'find', 'readlink', 'sha256sum', 'wc'];
  const folder = await makeSysroot({
    ...Object.fromEntries(applets.map((name) => [`bin/${name}`, '-> busybox'])),
    'proc/sys/kernel/osrelease': '6.6.2\n',
    'lib/modules/6.6.1/old.ko': makeModule({ release: '6.6.1' }),
    'lib/modules/6.6.2/own.ko': makeModule({ release: '6.6.2', depends: ['base'] }),
    'lib/modules/6.6.2/base.ko': makeModule({ release: '6.6.2' }),
    'bin/busybox': await readFile('/bin/busybox'),
  });
  await chmod(join(folder, 'bin/busybox'), 0o755);
  const inside = ['unshare', '-r', 'chroot', folder, '/bin/busybox', 'sh'];
  const tree = deviceTree('root@router', () => Promise.resolve(local(inside)));
  const profile = aProfile({ root: { modules: { names: ['own'] } } });
  const entries = await moduleEntries(profile, treeSource(tree));
  expect(entries.map(({ path, origin }) => [path, origin])).toEqual([
    ['/usr/lib/modules/6.6.2/base.ko', 'device root@router /lib/modules/6.6.2/base.ko'],
    ['/usr/lib/modules/6.6.2/own.ko', 'device root@router /lib/modules/6.6.2/own.ko'],
    ['/etc/levitate/modules', 'levitate'],
  ]);
});
