import { expect, test } from 'vitest';
import type { Profile } from '../../../src/profile/profile.js';
import { applets } from '../../../src/rootfs/applets.js';
import { dynamicBusybox } from '../../../src/rootfs/busybox.js';
import type { Entry } from '../../../src/rootfs/entry.js';
import { planRoot } from '../../../src/rootfs/plan.js';
import { resolveRoot, type ReadHostFile } from '../../../src/rootfs/resolve.js';
import type { Source } from '../../../src/sources/source.js';
import { aProfile } from './a-profile.js';
import { makeElf } from './make-elf.js';

const names = [
  '[',
  ...Object.values(applets)
    .flat()
    .filter((name) => name !== '['),
];
const busybox = (list: string[]) =>
  Buffer.concat([makeElf(), Buffer.from(`\x82${list.join('\0')}\0\0`)]);

/** A source that has every program as a static one. */
const source = (list = names): Source => ({
  loaderDirectories: () => Promise.resolve({ search: [], builtIn: [] }),
  searched: () => 'nowhere',
  kernels: () => {
    throw new Error('no kernel is asked for');
  },
  library: () => Promise.resolve(undefined),
  programs: (requests) =>
    Promise.resolve(
      requests.map((request) => {
        const folder = request.name === 'busybox' ? '/usr/bin' : '/usr/sbin';
        const bytes = request.name === 'busybox' ? busybox(list) : makeElf();
        const path = `${folder}/${request.name}`;
        return {
          request,
          found: { file: { path, bytes, origin: 'test 1', unit: 'x' }, aliases: [] },
        };
      }),
    ),
});

const noFiles: ReadHostFile = (path) => Promise.reject(new Error(path));
const resolve = (profile: Profile, from = source(), read = noFiles) =>
  resolveRoot(planRoot(profile, { version: '1', files: [] }), from, read);

test('every entry comes after its folder, no path twice', async () => {
  const entries = await resolve(aProfile({}), source());
  const seen = new Set(['/']);
  for (const { path } of entries) {
    expect(seen.has(path.slice(0, path.lastIndexOf('/')) || '/')).toBe(true);
    expect(seen.has(path)).toBe(false);
    seen.add(path);
  }
  expect(entries).toContainEqual(
    expect.objectContaining({ path: '/usr/bin/sh', target: 'busybox' }),
  );
});

test('a program of its own takes the place of the applet', async () => {
  const tools = [{ package: 'util-linux', programs: ['losetup'] }];
  const entries = await resolve(aProfile({ root: { tools } }));
  expect(entries.filter(({ path }) => path.endsWith('/losetup'))).toMatchObject([{ kind: 'file' }]);
});

test('a busybox that lacks an applet is refused by the name of the applet', async () => {
  const without = source(names.filter((name) => name !== 'pivot_root'));
  await expect(resolve(aProfile(), without)).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    data: { applets: ['pivot_root'] },
  });
});

test('a dynamic busybox is warned of, a static one not', async () => {
  const entries = (await resolve(aProfile())).filter(({ path }) => path === '/usr/bin/busybox');
  expect(dynamicBusybox(entries)).toBeUndefined();
  const bytes = makeElf({ interpreter: '/lib/ld-musl-x86_64.so.1' });
  const dynamic = entries.map((entry) => ({ ...entry, content: { bytes } }) as Entry);
  expect(dynamicBusybox(dynamic)).toMatch(/dynamic.*ld-musl-x86_64/);
});

test('a file of the profile replaces ours, and keeps its keys to itself', async () => {
  const files = { '/etc/motd': '/a', '/etc/dropbear/key': '/b', '/opt/deep/tool': '/c' };
  const read: ReadHostFile = (path) =>
    Promise.resolve({ bytes: Buffer.from(path), executable: path === '/c' });
  const entries = await resolve(aProfile({}, { files }), source(), read);
  const mode = (path: string) => entries.find((entry) => entry.path === path)?.mode;
  expect([mode('/etc/motd'), mode('/etc/dropbear/key'), mode('/opt/deep/tool')]).toEqual([
    0o644, 0o600, 0o755,
  ]);
  expect(mode('/opt/deep')).toBe(0o755);
  expect(entries.filter(({ path }) => path === '/etc/motd')).toMatchObject([
    { content: { bytes: Buffer.from('/a') }, reason: 'root.files' },
  ]);
});

test('a script whose interpreter is not in the root is refused', async () => {
  const read: ReadHostFile = () =>
    Promise.resolve({ bytes: Buffer.from('#!/usr/bin/perl -w\n'), executable: true });
  const work = resolve(aProfile({}, { files: { '/opt/x': '/x' } }), source(), read);
  await expect(work).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    data: { path: '/opt/x', interpreter: '/usr/bin/perl' },
  });
});

test('a program of another architecture is refused, whoever brings it', async () => {
  const read: ReadHostFile = () =>
    Promise.resolve({ bytes: makeElf({ machine: 183 }), executable: true });
  const work = resolve(aProfile({}, { files: { '/opt/x': '/x' } }), source(), read);
  await expect(work).rejects.toMatchObject({ code: 'WRONG_ARCHITECTURE' });
});

test('a file cannot lie inside of a file', async () => {
  const read: ReadHostFile = () => Promise.resolve({ bytes: Buffer.alloc(1), executable: false });
  const work = resolve(aProfile({}, { files: { '/etc/passwd/x': '/x' } }), source(), read);
  await expect(work).rejects.toMatchObject({ code: 'PROFILE_INVALID' });
});
