/** The routers' images, their used flash, and the kernel + initramfs that play their boot loader. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeviceName } from '../artifacts.js';
import { boardOf } from '../boards.js';
import { cached, labDir } from '../cache.js';
import { foreignPackages } from './foreign.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { badBlocks, layOnNand, nand } from './nand.js';
import { packages } from './packages.js';
import { buildFiles, type Version } from './payload.js';
import { runAsRoot } from './run.js';
import { eraseBlock, writeUsedFlash } from './ubi-flash.js';

/** What a router is made from. */
interface Parts {
  /** busybox, dropbear and their libraries. */
  tar: string;
  /** For the initramfs. */
  busybox: string;
  kernel: string;
  modulesDir: string;
  /** Drivers, in loading order. */
  modules: string[];
  flash: Flash;
}

/** How a flash is divided, and what lies in the file that is its disk. */
interface Flash {
  /** Eraseblocks for UBI, bad ones not counted. */
  blocks: number;
  /** What UBI may write at once, at least; and for its headers. */
  pageBytes: number;
  subpageBytes: number;
  /** What is left of an eraseblock beside UBI's headers. */
  lebBytes: number;
  /** Makes the flash as the chip keeps it. */
  lay: (flash: Buffer) => Buffer;
}

export const routerFlashBlocks = 384;

/** A flash that writes single bytes: block2mtd. The headers take 64 bytes each. */
const byteFlash: Flash = {
  blocks: routerFlashBlocks,
  pageBytes: 1,
  subpageBytes: 1,
  lebBytes: eraseBlock - 2 * 64,
  lay: (flash) => flash,
};

/** A raw NAND chip with software ECC, whose pages are written in quarters. */
const nandFlash: Flash = {
  blocks: nand.blocks - badBlocks.length,
  pageBytes: nand.pageBytes,
  subpageBytes: 512,
  lebBytes: eraseBlock - nand.pageBytes,
  lay: layOnNand,
};

const virtioModules = ['virtio_blk', 'virtio_net', 'virtio_rng'];
const byteModules = ['zstd', 'mtd', 'block2mtd', 'ubi', 'ubifs'];

const partsOf = {
  'router-ubi': async (): Promise<Parts> => {
    const { routerTar, vmlinux, ...rest } = await packages();
    const modules = ['virtio_pci', ...virtioModules, 'i6300esb'].concat(byteModules);
    return { ...rest, tar: routerTar, kernel: vmlinux, modules, flash: byteFlash };
  },
  'ap-arm64': async (): Promise<Parts> => ({
    ...(await foreignPackages('arm64')),
    modules: ['virtio_mmio', ...virtioModules, ...byteModules],
    flash: byteFlash,
  }),
  'gw-armhf': async (): Promise<Parts> => ({
    ...(await foreignPackages('armhf')),
    modules: ['virtio_mmio', ...virtioModules, 'zstd', 'deflate', 'nandsim', 'ubi', 'ubifs'],
    flash: nandFlash,
  }),
};

/** Devices with busybox init and dropbear, whose root is on UBIFS. */
export type RouterName = keyof typeof partsOf;
export const routerNames = Object.keys(partsOf) as RouterName[];

const recipe = ['router-ubi', 'ubi-flash', 'nand', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/router-ubi');

/**
 * The folder with boot.initrd and, for both versions, VERSION.flash.img, .ubi, .rootfs.ubifs, .data.ubifs; and the
 * kernel.
 */
export async function buildRouter(name: RouterName): Promise<{ dir: string; kernel: string }> {
  const keys = await labKeys();
  const parts = await partsOf[name]();
  const salt = `${parts.tar} ${keys.userPublicKey}`;
  const dir = await cached(name, recipe, salt, async (scratch) => {
    await buildVersion(scratch, name, parts, 'v1');
    await buildVersion(scratch, name, parts, 'v2');
    await buildBoot(scratch, parts);
  });
  return { dir, kernel: parts.kernel };
}

async function buildVersion(
  scratch: string,
  name: RouterName,
  parts: Parts,
  version: Version,
): Promise<void> {
  const overlay = join(scratch, `overlay-${version}`);
  await writeOverlay(overlay, name, version, 3);
  await makeRouterImages('router-ubi', scratch, version, parts.tar, overlay, [
    ...[parts.flash.pageBytes, parts.flash.subpageBytes, parts.flash.lebBytes].map(String),
  ]);
  const image = join(scratch, `${version}.ubi`);
  const flash = join(scratch, `${version}.flash.img`);
  await writeUsedFlash(image, flash, parts.flash.blocks, wear);
  await writeFile(flash, parts.flash.lay(await readFile(flash)));
}

/** A flash some years old: counters between 3 and 99, a few blocks worn far more than the rest. */
function wear(block: number): number {
  return block % 61 === 17 ? 400 + block : 3 + ((block * 7919) % 97);
}

/** Makes a router's root, and images of it with `make-images.sh` of a recipe, which takes `words`. */
export async function makeRouterImages(
  recipe: string,
  scratch: string,
  version: Version,
  tar: string,
  overlay: string,
  words: string[],
): Promise<void> {
  const script = (path: string) => readFile(join(labDir, 'recipes', path), 'utf8');
  const root = await script('router-ubi/make-root.sh');
  const own = join(labDir, 'recipes/router-ubi/root');
  const { busybox } = await packages();
  await runAsRoot(`${root}\n${await script(`${recipe}/make-images.sh`)}`, [
    ...[scratch, version, tar, own, overlay, busybox],
    ...words,
  ]);
}

/** What makes a router's build its own: identity, keys, console, and `mebibytes` of content. */
export async function writeOverlay(
  tree: string,
  name: DeviceName,
  version: Version,
  mebibytes: number,
): Promise<void> {
  const files = buildFiles(name, version, mebibytes);
  const keys = await labKeys();
  files.set('root/.ssh/authorized_keys', `${keys.userPublicKey} levitate-lab\n`);
  for (const type of ['ed25519', 'rsa']) {
    const key = `dropbear_${type}_host_key`;
    files.set(`etc/dropbear/${key}`, await readFile(join(keys.dir, key)));
  }
  const inittab = await readFile(join(labDir, 'recipes/router-ubi/root/etc/inittab'), 'utf8');
  files.set('etc/inittab', inittab.replaceAll('ttyS0', boardOf(name).console));
  for (const [path, content] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
}

async function buildBoot(scratch: string, parts: Parts): Promise<void> {
  await writeInitramfs(join(scratch, 'boot.initrd'), scratch, {
    init: await readFile(join(labDir, 'recipes/router-ubi/boot/init'), 'utf8'),
    busybox: parts.busybox,
    modules: await moduleClosure(parts.modulesDir, parts.modules),
  });
}
