import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfile } from '../../../src/profile/load.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-keep-'));
const load = (keep: string, targets = 'a: { block: /dev/a }') => {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `name: p\narch: armv7\nflash:\n  targets: { ${targets} }\n  keep: ${keep}\n`);
  return loadProfile(path);
};
const two = 'a: { block: /dev/a }, b: { block: /dev/b }';

it('a list goes into the only target, each path in its place', async () => {
  expect((await load('[/etc/x, "/srv/with a\\nline"]')).keep).toEqual({
    paths: [
      { path: '/etc/x', required: false },
      { path: '/srv/with a\nline', required: false },
    ],
    ...{ into: 'a', within: '', mountedAt: '/', as: 'files' },
  });
});

it('every word of it counts', async () => {
  const paths = 'paths: [{ path: /data/x, required: true }]';
  expect((await load(`{ ${paths}, into: b, within: 2, mounted-at: /data }`, two)).keep).toEqual({
    paths: [{ path: '/data/x', required: true }],
    ...{ into: 'b', within: '2', mountedAt: '/data', as: 'files' },
  });
});

it.each([
  ['[]', 'flash.keep'],
  ['[etc/x]', 'flash.keep[0]'],
  ['[/etc/../x]', 'flash.keep[0]'],
  ['[/etc/.]', 'flash.keep[0]'],
  ['[/]', 'flash.keep[0]'],
  ['[/etc//x]', 'flash.keep[0]'],
  ['{ paths: [/x], into: c }', 'flash.keep.into'],
  ['{ paths: [/x], mounted-at: /data }', 'flash.keep.paths[0]'],
  ['{ paths: [/database/x], mounted-at: /data }', 'flash.keep.paths[0]'],
  ['{ paths: [/data/x], mounted-at: /data, as: sysupgrade.tgz }', 'flash.keep.mounted-at'],
])('what leads nowhere is refused with its place: %s', async (keep, path) => {
  await expect(load(keep)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown },
  });
});

it('a layout keeps volumes by their names, and a disk keeps none', async () => {
  const layout = (keep: string, rest = '') =>
    load('[/etc/x]', `a: { ubi: { mtd: ubi }, keep: ${keep}${rest} }`);
  expect((await layout('[data, "my env"]')).targets['a']).toEqual({
    ubi: { mtd: 'ubi' },
    keep: ['data', 'my env'],
  });
  for (const keep of ['[]', 'data', '["a\\tb"]'])
    await expect(layout(keep)).rejects.toMatchObject({ code: 'PROFILE_INVALID' });
  await expect(load('[/etc/x]', 'a: { block: /dev/a, keep: [data] }')).rejects.toMatchObject({
    data: { errors: [{ path: 'flash.targets.a.keep[0]' }] },
  });
});

it.each([
  ['[/etc/x]', 'flash.keep'],
  ['{ paths: [/etc/x] }', 'flash.keep.into'],
])('where ranges of the target are kept, the part of it must be said: %s', async (keep, path) => {
  const disk = 'a: { block: /dev/a, keep: [partition-table] }';
  await expect(load(keep, disk)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: [{ path }] },
  });
  await expect(load('{ paths: [/etc/x], within: data }', disk)).resolves.toBeDefined();
});

it.each([
  ['[/etc/x]', 'flash.keep'],
  ['{ paths: [/etc/x] }', 'flash.keep.into'],
])('of several targets it must be said which: %s', async (keep, path) => {
  await expect(load(keep, two)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: [{ path }] },
  });
});
