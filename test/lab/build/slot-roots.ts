/** Roots for a Debian with two slots: an ext4 image of each build, with its own kernel and an initramfs that finds the root by `root=`. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labDir } from '../cache.js';
import { writeDebianOverlay } from './debian-overlay.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { packages } from './packages.js';
import type { Version } from './payload.js';
import { runAsRoot } from './run.js';

/** What is particular to one device. */
export interface SlotRoots {
  /** Its name; `recipes/NAME/root` is laid over its system. */
  device: string;
  rootMebi: number;
  dataMebi: number;
}

/** The files that a recipe with such roots depends on, below `test/lab`. */
export const slotRootsRecipe = ['slot-roots', 'debian-overlay', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/sbc-slots/init', 'recipes/sbc-systemd');

/** Writes VERSION.root.ext4 and VERSION.data.ext4. */
export async function buildSlotRoot(
  scratch: string,
  version: Version,
  { device, rootMebi, dataMebi }: SlotRoots,
): Promise<void> {
  const tree = join(scratch, `overlay-${version}`);
  const { sbcTar, sbcKernelVersion, busybox } = await packages();
  await writeDebianOverlay(tree, device, version, 4);
  await cp(join(labDir, 'recipes', device, 'root'), tree, { recursive: true });
  const modulesDir = join(scratch, 'modules');
  await runAsRoot(
    'mkdir -p "$2"; tar -xf "$1" -C "$2" --strip-components=5 --no-same-owner --wildcards "$3"',
    [sbcTar, modulesDir, `./*/modules/${sbcKernelVersion}/kernel`],
  );
  await mkdir(join(tree, 'boot'), { recursive: true });
  await writeInitramfs(join(tree, 'boot/initrd.img'), scratch, {
    init: await readFile(join(labDir, 'recipes/sbc-slots/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, ['virtio_pci', 'virtio_blk']),
  });
  await runAsRoot('rm -rf "$1"', [modulesDir]);
  await runAsRoot(await readFile(join(labDir, 'recipes/sbc-systemd/make-images.sh'), 'utf8'), [
    ...[scratch, version, sbcTar, join(labDir, 'recipes/sbc-systemd/root'), tree],
    ...[sbcKernelVersion, String(rootMebi), String(dataMebi)],
  ]);
}
