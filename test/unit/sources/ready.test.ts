import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findReady, noReadyRoot } from '../../../src/sources/find-ready.js';
import { readyTree } from '../../../src/sources/ready.js';
import { treeSource } from '../../../src/sources/tree-source.js';
import { makeElf } from '../rootfs/make-elf.js';
import { makeReady } from './make-ready.js';
import { makeSysroot } from './make-sysroot.js';

const program = makeElf();
const aRoot = async () =>
  join(
    await makeReady({ '/usr/sbin/tool': program }, { '/usr/bin/other': '/usr/sbin/tool' }),
    'x86_64',
  );
const want = (...names: string[]) => names.map((name) => ({ name, reason: 'test' }));

test('gives programs, and what its links mean, and says what source they were made of', async () => {
  const source = treeSource(await readyTree(await aRoot(), 'x86_64'));
  const found = (await source.programs(want('tool', 'other'))).map((one) => one.found);
  expect(found).toMatchObject([
    { file: { path: '/usr/sbin/tool', bytes: program, origin: 'ready tools 1.2-3' }, aliases: [] },
    { file: { path: '/usr/sbin/tool' }, aliases: ['/usr/bin/other'] },
  ]);
  await expect(source.programs(want('none'))).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: 'ready x86_64 has no none (test)',
  });
});

test('a file that is another than the manifest says is refused', async () => {
  const folder = await aRoot();
  await writeFile(join(folder, 'root/usr/sbin/tool'), makeElf({ machine: 3 }));
  const source = treeSource(await readyTree(folder, 'x86_64'));
  await expect(source.programs(want('tool'))).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringMatching(/\/usr\/sbin\/tool is not the file that its manifest/),
    hint: expect.stringContaining('npm run roots -- x86_64'),
  });
});

test('a file that the manifest does not name is not there', async () => {
  const folder = await aRoot();
  await writeFile(join(folder, 'root/usr/sbin/more'), program);
  const source = treeSource(await readyTree(folder, 'x86_64'));
  await expect(source.programs(want('more'))).rejects.toMatchObject({ code: 'TOOL_MISSING' });
});

test('a root for another processor, and a manifest that is none, are refused', async () => {
  const folder = await aRoot();
  await expect(readyTree(folder, 'mipsel')).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringMatching(/it is for x86_64, the profile is for mipsel/),
  });
  for (const text of [
    '',
    '{}',
    '{"format":2,"arch":"x86_64","sources":{},"files":[],"links":{}}',
    '{"format":1,"arch":"x86_64","sources":{},"files":[{"path":"/usr/../etc/x"}],"links":{}}',
  ]) {
    await writeFile(join(folder, 'manifest.json'), text);
    await expect(readyTree(folder, 'x86_64')).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringMatching(/manifest\.json cannot be used/),
    });
  }
});

test('LEVITATE_ROOTS is the only folder where it is set', async () => {
  const roots = await makeReady({});
  const home = await makeSysroot({
    'package.json': '{}',
    'packages/roots/dist/mips/manifest.json': '{}',
  });
  const env = { LEVITATE_ROOTS: roots };
  expect(findReady('x86_64', { env, home })).toBe(join(roots, 'x86_64'));
  expect(findReady('mips', { env, home })).toBeUndefined();
  expect(findReady('mips', { env: {}, home })).toBe(join(home, 'packages/roots/dist/mips'));
});

test('an npm package comes before what the checkout has compiled', async () => {
  const home = await makeSysroot({
    'package.json': '{}',
    'packages/roots/dist/mips/manifest.json': '{}',
  });
  const installed = join(home, 'node_modules/@levitate/root-mips');
  await mkdir(installed, { recursive: true });
  for (const name of ['package.json', 'manifest.json'])
    await writeFile(join(installed, name), '{}');
  expect(findReady('mips', { env: {}, home })).toBe(installed);
});

test('where there is none, the error says where it was looked for and how to get it', () => {
  expect(noReadyRoot('mips', { env: {}, home: '/opt/levitate' })).toMatchObject({
    code: 'SOURCE_FAILED',
    message:
      'there is no ready root for mips: looked for the npm package @levitate/root-mips and /opt/levitate/packages/roots/dist/mips',
    hint: expect.stringMatching(
      /npm run roots -- mips in a checkout of levitate, or the npm package @levitate\/root-mips/,
    ),
  });
  const env = { LEVITATE_ROOTS: '/srv/roots' };
  expect(noReadyRoot('mips', { env }).message).toMatch(/looked for \/srv\/roots\/mips \(LEVI/);
});
