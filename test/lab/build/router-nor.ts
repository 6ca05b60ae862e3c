/** The small router's images, its NOR flash, and the kernel + initramfs that play its boot loader. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { foreignPackages } from './foreign.js';
import { moduleClosure, packCpio, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { payload, type Version } from './payload.js';
import { makeRouterImages, writeOverlay } from './router-ubi.js';

const kib = 1024;

/** How the flash is divided, in bytes; `recipes/router-nor/boot/init` says the same. */
export const norLayout = {
  size: 16 * 1024 * kib,
  eraseblock: 64 * kib,
  /** Boot loader, its settings, calibration. */
  boot: { offset: 0, size: 384 * kib },
  rootfs: { offset: 384 * kib, size: 12288 * kib },
  rootfsData: { offset: 12672 * kib, size: 3712 * kib },
};

const drivers = ['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng', 'block2mtd'];
const fileSystems = ['squashfs', 'jffs2', 'overlay'];

const recipe = ['router-nor', 'router-ubi', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/router-ubi', 'recipes/router-nor');

/** The folder with boot.initrd and, for both versions, VERSION.flash.img and .rootfs.squashfs; and the kernel. */
export async function buildNorRouter(): Promise<{ dir: string; kernel: string }> {
  const keys = await labKeys();
  const parts = await foreignPackages('mipsel');
  const salt = `${parts.tar} ${keys.userPublicKey}`;
  const dir = await cached('router-mipsel', recipe, salt, async (scratch) => {
    for (const version of ['v1', 'v2'] as const) await buildVersion(scratch, parts.tar, version);
    const boot = join(scratch, 'boot.initrd');
    await writeInitramfs(boot, scratch, {
      init: await readFile(join(labDir, 'recipes/router-nor/boot/init'), 'utf8'),
      busybox: parts.busybox,
      modules: await moduleClosure(parts.modulesDir, [...drivers, ...fileSystems]),
    });
    const programs = join(scratch, 'programs.initrd');
    await packCpio(parts.mtdPrograms ?? '', programs);
    // The kernel unpacks one archive after the other.
    await writeFile(boot, Buffer.concat([await readFile(boot), await readFile(programs)]));
  });
  return { dir, kernel: parts.kernel };
}

async function buildVersion(scratch: string, tar: string, version: Version): Promise<void> {
  const overlay = join(scratch, `overlay-${version}`);
  await writeOverlay(overlay, 'router-mipsel', version, 2);
  await makeRouterImages('router-nor', scratch, version, tar, overlay, []);
  const { size, boot, rootfs } = norLayout;
  const flash = Buffer.alloc(size, 0xff);
  payload('boot loader and calibration', boot.size).copy(flash, boot.offset);
  const system = await readFile(join(scratch, `${version}.rootfs.squashfs`));
  if (system.length > rootfs.size) throw new Error(`lab: ${system.length} bytes are too many`);
  system.copy(flash, rootfs.offset);
  await writeFile(join(scratch, `${version}.flash.img`), flash);
}
