/** A kernel module that is an eMMC with boot partitions, which QEMU of Debian 12 cannot emulate. */
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { packages } from './packages.js';
import { run } from './run.js';

/** Builds the module for Debian's general kernel, or finds it in the cache; gives the path of the file. */
export async function emmcModule(): Promise<string> {
  const { kernelVersion } = await packages();
  const recipe = ['build/emmc.ts', 'recipes/emmc'];
  const dir = await cached('emmc', recipe, kernelVersion, (scratch) =>
    build(scratch, kernelVersion),
  );
  return join(dir, 'emmc.ko');
}

async function build(dir: string, release: string): Promise<void> {
  const script = (name: string) => join(labDir, 'recipes/emmc', name);
  const root = join(dir, 'root.tar');
  await run([
    ...['mmdebstrap', '--quiet', '--variant=extract', '--include=busybox-static'],
    `--extract-hook=sh '${script('fetch.sh')}' "$1" ${release}`,
    ...['bookworm', root],
  ]);
  await run(['tar', '-xf', root, '-C', dir, '--no-same-owner', './kernels']);
  await run(['rm', root]);
  await run(['sh', script('build.sh'), dir, release]);
}
