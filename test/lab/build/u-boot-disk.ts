/** A disk from which a 64-bit ARM board with Debian's U-Boot starts its system: the router's, all of it in an initramfs. */
import { copyFile, mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cached } from '../cache.js';
import { boardOf } from '../boards.js';
import { foreignPackages } from './foreign.js';
import { writeGpt } from './gpt.js';
import { moduleClosure } from './initramfs.js';
import { labKeys } from './keys.js';
import { makeRouterImages, writeOverlay } from './router-ubi.js';

const mebi = 1024 * 1024;
const bootMebi = 80;
const diskMebi = bootMebi + 2;
const recipe = ['build/u-boot-disk.ts', 'build/payload.ts', 'build/gpt.ts'].concat([
  'recipes/u-boot-disk',
  'recipes/router-ubi',
]);

/** The image of the disk, whose system has the build `v2`. */
export async function uBootDisk(): Promise<string> {
  const keys = await labKeys();
  const { tar, kernel, modulesDir } = await foreignPackages('arm64');
  const dir = await cached(
    'u-boot-disk',
    recipe,
    `${tar} ${keys.userPublicKey}`,
    async (scratch) => {
      const [overlay, modules] = [join(scratch, 'overlay'), join(scratch, 'modules')];
      await writeOverlay(overlay, 'ap-arm64', 'v2', 1);
      await mkdir(modules);
      const drivers = await moduleClosure(modulesDir, ['virtio_mmio', 'virtio_net', 'virtio_rng']);
      for (const [index, path] of drivers.entries())
        await copyFile(path, join(modules, `${String(index).padStart(2, '0')}-${basename(path)}`));
      const { console } = boardOf('ap-arm64');
      const words = [kernel, modules, console, String(bootMebi)];
      await makeRouterImages('u-boot-disk', scratch, 'v2', tar, overlay, words);
      await assemble(join(scratch, 'v2.boot.ext4'), join(scratch, 'disk.img'));
    },
  );
  return join(dir, 'disk.img');
}

async function assemble(boot: string, target: string): Promise<void> {
  const disk = await open(target, 'w+');
  try {
    await disk.truncate(diskMebi * mebi);
    const place = { start: mebi / 512, sectors: (bootMebi * mebi) / 512 };
    const partitions = [{ name: 'boot', type: 'linux' as const, ...place }];
    await writeGpt(disk, (diskMebi * mebi) / 512, partitions, Buffer.alloc(440), 'u-boot-disk');
    await disk.write(await readFile(boot), 0, bootMebi * mebi, mebi);
  } finally {
    await disk.close();
  }
  await rm(boot);
}
