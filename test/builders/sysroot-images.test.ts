/** Images whose own tree is the sysroot: Buildroot and Yocto, without network and with an empty cache. */
import { mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveInfo, readEntry } from '../../src/archive/read.js';
import { makeTarget } from './target-tree.js';
import { checkout, halves, installed, offline, recipe, Workshop, type Ended } from './workshop.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await Workshop.open();
  await makeTarget(shop.at('output/target'));
  await mkdir(shop.at('board/acme'), { recursive: true });
  await symlink(recipe('buildroot/post-build.sh'), shop.at('board/acme/post-build.sh'));
  await shop.write('board/acme/levitate.yaml', 'name: a\narch: x86_64\nroot: { from: sysroot }\n');
});
afterEach(() => shop.close());

const folder = () => shop.at('output/target/usr/lib/levitate');
const ours = async () =>
  (await shop.listing(shop.at('output/target'))).filter((line) => /usr\/lib\/levitate/.test(line));

/** As Buildroot's `target-finalize` calls it: the target first, then BR2_ROOTFS_POST_SCRIPT_ARGS. */
const postBuild = (): Promise<Ended> => {
  const inOutput = ['target', 'host', 'staging', 'build', 'images'];
  const names = ['TARGET_DIR', 'HOST_DIR', 'STAGING_DIR', 'BUILD_DIR', 'BINARIES_DIR'];
  return shop.run(offline('board/acme/post-build.sh', shop.at('output/target'), 'some', 'args'), {
    ...Object.fromEntries(
      names.map((name, index) => [name, shop.at(`output/${inOutput[index]!}`)]),
    ),
    BR2_CONFIG: shop.at('.config'),
    BASE_DIR: shop.at('output'),
    LEVITATE_CACHE: '',
  });
};

describe('the post-build script of Buildroot', () => {
  test('puts an archive of the target into the target, once', async () => {
    const before = await readFile(shop.at('output/target/usr/sbin/dropbear'));
    expect(await postBuild()).toEqual({ status: 0, out: '', err: '' });
    expect(await ours()).toEqual(installed);
    const archive = `${folder()}/archive.cpio.gz`;
    expect(await archiveInfo(archive)).toMatchObject({ arch: 'x86_64', profile: { name: 'a' } });
    expect(Buffer.from(await readEntry(archive, 'usr/sbin/dropbear')).equals(before)).toBe(true);
    expect(await shop.digest(`${folder()}/busybox`)).toBe(await shop.digest('/bin/busybox'));

    const { ino } = await stat(archive);
    expect(await postBuild()).toMatchObject({ status: 0 });
    expect((await stat(archive)).ino).toBe(ino);
    expect(await ours()).toEqual(installed);
  });

  test('fails where the target lacks a program, and leaves the target alone', async () => {
    await rm(shop.at('output/target/usr/bin/dropbearkey'));
    const { status, out, err } = await postBuild();
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^TOOL_MISSING: sysroot .*output\/target has no dropbearkey/);
    expect(await ours()).toEqual([]);
    expect(await halves(shop.at('output/target/usr/lib'))).toEqual([]);
  });

  test('keeps to the lock that lies beside the profile', async () => {
    await shop.write('board/acme/levitate.lock', '{}');
    expect(await postBuild()).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^LOCK_INVALID/),
    });
  });
});

/**
 * Stands in for bitbake where it runs a shell function of a class: `${NAME}` of a variable that it knows is replaced,
 * and the body runs with -e (bitbake user manual, "Shell Functions"). It does not read the rest of the class.
 */
async function bitbake(name: string, variables: Record<string, string>): Promise<Ended> {
  const text = await readFile(recipe('yocto/levitate.bbclass'), 'utf8');
  const [, body] = new RegExp(`^${name} \\(\\) \\{\\n(.*?)^\\}`, 'ms').exec(text)!;
  const expanded = body!.replace(/\$\{([A-Z_]+)\}/g, (_, variable: string) => {
    if (variables[variable] === undefined) throw new Error(`bitbake knows no ${variable}`);
    return variables[variable];
  });
  return shop.run(offline('sh', '-ec', expanded));
}

test('the shell function of the class for Yocto puts an archive of the image into the image', async () => {
  const variables = {
    LEVITATE_DIR: checkout.replace(/\/$/, ''),
    LEVITATE_PROFILE: shop.at('board/acme/levitate.yaml'),
    LEVITATE_LOCK: shop.at('board/acme/levitate.lock'),
    LEVITATE_CACHE: shop.at('dl/levitate'),
    IMAGE_ROOTFS: shop.at('output/target'),
  };
  expect(await bitbake('levitate_install', variables)).toEqual({ status: 0, out: '', err: '' });
  expect(await ours()).toEqual(installed);
  await shop.write('board/acme/levitate.lock', '{}');
  expect((await bitbake('levitate_install', variables)).status).toBe(2);
});
