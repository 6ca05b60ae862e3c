/** The router's images, its used flash, and the kernel + initramfs that play its boot loader. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import { buildFiles, type Version } from './payload.js';
import { runAsRoot } from './run.js';
import { writeUsedFlash } from './ubi-flash.js';

export const routerFlashBlocks = 384;

const modules = [
  ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng', 'i6300esb'],
  ...['zstd', 'mtd', 'block2mtd', 'ubi', 'ubifs'],
];

const recipe = ['router-ubi', 'ubi-flash', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/router-ubi');

/** The folder with boot.initrd and, for both versions, VERSION.flash.img, .ubi, .rootfs.ubifs, .data.ubifs. */
export async function buildRouter(): Promise<string> {
  const keys = await labKeys();
  const { routerTar } = await packages();
  return cached('router-ubi', recipe, `${routerTar} ${keys.userPublicKey}`, async (scratch) => {
    await buildVersion(scratch, 'v1');
    await buildVersion(scratch, 'v2');
    await buildBoot(scratch);
  });
}

async function buildVersion(scratch: string, version: Version): Promise<void> {
  const overlay = join(scratch, `overlay-${version}`);
  await writeOverlay(overlay, version);
  await runAsRoot(await readFile(join(labDir, 'recipes/router-ubi/make-images.sh'), 'utf8'), [
    scratch,
    version,
    (await packages()).routerTar,
    join(labDir, 'recipes/router-ubi/root'),
    overlay,
  ]);
  const image = join(scratch, `${version}.ubi`);
  await writeUsedFlash(image, join(scratch, `${version}.flash.img`), routerFlashBlocks, wear);
}

/** A flash some years old: counters between 3 and 99, a few blocks worn far more than the rest. */
function wear(block: number): number {
  return block % 61 === 17 ? 400 + block : 3 + ((block * 7919) % 97);
}

async function writeOverlay(tree: string, version: Version): Promise<void> {
  const files = buildFiles('router-ubi', version, 3);
  const keys = await labKeys();
  files.set('root/.ssh/authorized_keys', `${keys.userPublicKey} levitate-lab\n`);
  for (const type of ['ed25519', 'rsa']) {
    const name = `dropbear_${type}_host_key`;
    files.set(`etc/dropbear/${name}`, await readFile(join(keys.dir, name)));
  }
  for (const [path, content] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
}

async function buildBoot(scratch: string): Promise<void> {
  const { busybox, modulesDir } = await packages();
  await writeInitramfs(join(scratch, 'boot.initrd'), scratch, {
    init: await readFile(join(labDir, 'recipes/router-ubi/boot/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, modules),
  });
}
