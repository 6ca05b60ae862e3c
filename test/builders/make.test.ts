import { rm, stat, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { halves, recipe, Workshop } from './workshop.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await Workshop.open();
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEm6DKdWBSfNn0nGzd9Fz7OSi0nwjqEPRDKZ1N9k5kUs x';
  await shop.write('ops.pub', `${key}\n`);
  const sshd = 'services: { sshd: { authorized-keys: [keep, ops.pub] } }';
  await shop.write('ap.yaml', `name: ap\narch: x86_64\n${sshd}\n`);
  await shop.write('gw.yaml', 'name: gw\narch: x86_64\n');
});
afterEach(() => shop.close());

const makeAll = (...words: string[]) =>
  shop.run(['make', '-f', recipe('make/Makefile'), 'LEVITATE=' + shop.env['LEVITATE'], ...words]);
const built = ({ out }: { out: string }) =>
  [...out.matchAll(/build (\S+)\.yaml/g)].map(([, name]) => name).sort();
const touch = async (name: string) => utimes(shop.at(name), new Date(), new Date());

test('builds two at once in one cold cache, then nothing, and then what a touched file is part of', async () => {
  expect(await makeAll('-s', '-j2', 'lock')).toEqual({ status: 0, out: '', err: '' });
  const first = [await shop.digest('ap.cpio.gz'), await shop.digest('gw.cpio.gz')];
  expect((await makeAll()).out).toMatch(/Nothing to be done/);

  await makeAll('clean');
  await expect(stat(shop.at('ap.cpio.gz'))).rejects.toMatchObject({ code: 'ENOENT' });
  const again = await makeAll('-j2');
  expect([again.status, built(again), again.err]).toEqual([0, ['ap', 'gw'], '']);
  expect([await shop.digest('ap.cpio.gz'), await shop.digest('gw.cpio.gz')]).toEqual(first);

  for (const [name, expected] of [
    ['ap.yaml', ['ap']],
    ['ops.pub', ['ap']],
    ['gw.lock', ['gw']],
  ] as const) {
    await touch(name);
    const { out, status } = await makeAll();
    expect([name, status, built({ out })]).toEqual([name, 0, expected]);
    expect((await makeAll()).out).toMatch(/Nothing to be done/);
  }
});

test('a build that fails makes make fail, says why, and leaves what was there', async () => {
  const make = (...words: string[]) => makeAll('ARCHIVES=ap.cpio.gz', ...words);
  const without = await make();
  expect(without).toMatchObject({ status: 2, err: expect.stringMatching(/^LOCK_MISSING: .*lock/) });
  expect(without.err).toMatch(/Error 2/);
  await expect(stat(shop.at('ap.cpio.gz'))).rejects.toMatchObject({ code: 'ENOENT' });

  await make('lock');
  const before = await shop.digest('ap.cpio.gz');
  await rm(shop.at('cache'), { recursive: true });
  await touch('ap.yaml');
  const cold = await make();
  expect(cold.status).toBe(2);
  expect(cold.err).toMatch(/^LOCK_UNAVAILABLE: packages of ap\.lock are not in the cache/);
  expect(await shop.digest('ap.cpio.gz')).toBe(before);
  expect(await halves(shop.folder)).toEqual([]);
});
