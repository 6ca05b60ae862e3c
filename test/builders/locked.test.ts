/** What a locked build of an ordinary user promises to every builder, and the files for OpenWrt's image builder. */
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DebianRepository, arm64, smallestPackages } from '../unit/sources/debian-repository.js';
import { installed, nobody, offline, recipe, program, Workshop } from './workshop.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await Workshop.open();
});
afterEach(() => shop.close());

const quiet = { status: 0, out: '', err: '' };

test('without network: the same bytes from the cache, a clear refusal where it lacks a package', async () => {
  await shop.write('a.yaml', 'name: a\narch: x86_64\n');
  const call = (output: string, ...words: string[]) => [
    'node',
    program,
    'build',
    'a.yaml',
    '-o',
    output,
    '-q',
    ...words,
  ];
  expect(await shop.run(call('first.gz', '--lock'))).toEqual(quiet);
  const locked = offline(...call('second.gz', '--locked'));
  expect(await shop.run(locked)).toEqual(quiet);
  expect(await shop.digest('second.gz')).toEqual(await shop.digest('first.gz'));
  const cold = await shop.run(offline(...call('cold.gz', '--locked')), {
    LEVITATE_CACHE: shop.at('cold'),
  });
  expect(cold.status).toBe(2);
  expect(cold.err.split('\n')).toEqual([
    expect.stringMatching(
      /^LOCK_UNAVAILABLE: packages of a\.lock are not in the cache.*busybox-static 1\.0/,
    ),
    expect.stringMatching(/^Build once without --locked .* or copy the cache folder/),
  ]);
  await expect(stat(shop.at('cold.gz'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the files for the image builder of OpenWrt can be read by everybody, whatever the umask', async () => {
  await shop.write('ap.yaml', 'name: ap\narch: x86_64\n');
  const script = (profile: string) =>
    shop.run(
      offline(
        'sh',
        '-c',
        'umask 077; exec "$@"',
        'sh',
        recipe('openwrt/files.sh'),
        profile,
        'files',
      ),
    );
  expect(await script('ap.yaml')).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^LOCK_MISSING/),
  });
  await shop.lock('ap.yaml');
  expect(await script('ap.yaml')).toEqual(quiet);
  expect(await shop.listing(shop.at('files'))).toEqual(
    [...installed, '0755 d usr', '0755 d usr/lib'].sort(),
  );
  // As the image builder copies them (include/rootfs.mk, file_copy) onto a root file system that it has made.
  await mkdir(shop.at('root/usr/lib'), { recursive: true });
  await shop.run(['cp', '-fpR', `${shop.at('files')}/.`, shop.at('root')]);
  expect(await shop.listing(shop.at('root'))).toEqual(await shop.listing(shop.at('files')));
});

test('an ordinary user builds for another architecture, and installs, from a cache that nobody may write to', async () => {
  const mirror = await DebianRepository.make(shop.at('arm64'), 'arm64');
  await mirror.publish(smallestPackages('1.0', arm64));
  await shop.write('ap.yaml', 'name: ap\narch: aarch64\n');
  await mkdir(shop.at('root/usr'), { recursive: true });
  await mkdir(shop.at('home'));
  await mkdir(shop.at('levitate'));
  const env = { APT_CONFIG: mirror.aptConfig, LEVITATE_CACHE: '', HOME: shop.at('home') };
  const asRoot = await shop.run(['node', program, 'build', 'ap.yaml', '-o', 'root.gz', '-q'], {
    ...env,
    HOME: shop.at('root-home'),
  });
  expect(asRoot).toEqual(quiet);
  if (process.getuid?.() === 0) await shop.run(['chown', '-R', `${nobody}:${nobody}`, shop.folder]);

  const user = (...words: string[]) => shop.asUser(words, env);
  expect(await user('build', 'ap.yaml', '-o', 'user.gz', '-q', '--lock')).toEqual(quiet);
  expect(await shop.digest('user.gz')).toEqual(await shop.digest('root.gz'));
  await shop.run(['chmod', '-R', 'a-w', join(shop.at('home'), '.cache')]);
  await chmod(shop.at('home'), 0o555);
  expect(await user('install', 'ap.yaml', '--root', 'root', '-q', '--locked')).toEqual(quiet);
  expect(await shop.listing(shop.at('root'))).toEqual(expect.arrayContaining(installed));
  expect(await shop.digest('root/usr/lib/levitate/archive.cpio.gz')).toEqual(
    await shop.digest('user.gz'),
  );
  expect((await stat(shop.at('root/usr/lib/levitate/busybox'))).uid).not.toBe(0);
});
