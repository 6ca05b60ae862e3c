/** What devices of other architectures are made from: Debian packages that are unpacked here and run elsewhere. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { run } from './run.js';

const suite = 'bookworm';
/** One archive alone: the versions of a kernel and of its headers are never out of step in it. */
const mirror = 'http://deb.debian.org/debian';

interface Kernel {
  /** Debian's package of it. */
  package: string;
  /** A driver that it lacks or that has to be changed for the lab, built from Debian's source of that kernel. */
  driver?: { source: string; arch: string; compiler: string };
  /** What plays its boot loader calls these programs of mtd-utils. */
  mtdPrograms?: string[];
}

const kernels = {
  arm64: {
    package: 'linux-image-arm64',
    driver: {
      source: 'drivers/mtd/devices/block2mtd.c',
      arch: 'arm64',
      compiler: 'aarch64-linux-gnu-gcc-12',
    },
  },
  armhf: {
    package: 'linux-image-armmp',
    driver: {
      source: 'drivers/mtd/nand/raw/nandsim.c',
      arch: 'arm',
      compiler: 'arm-linux-gnueabihf-gcc-12',
    },
  },
  mipsel: { package: 'linux-image-4kc-malta', mtdPrograms: ['mtdpart', 'flash_erase'] },
} satisfies Record<string, Kernel>;

/** Debian's name of an architecture. */
export type ForeignArch = keyof typeof kernels;

export interface ForeignPackages {
  /** busybox-static, dropbear and their libraries, extracted but not configured, as a tar. */
  tar: string;
  busybox: string;
  /** Programs of mtd-utils with what they load, as a tree. */
  mtdPrograms: string | undefined;
  kernel: string;
  modulesDir: string;
}

/** Fetches the packages of an architecture, or finds them in the cache. */
export async function foreignPackages(arch: ForeignArch): Promise<ForeignPackages> {
  const recipe = ['build/foreign.ts', 'recipes/foreign'];
  const dir = await cached(`packages-${arch}`, recipe, suite, (scratch) => fetch(scratch, arch));
  const { mtdPrograms }: Kernel = kernels[arch];
  const version = (await readdir(join(dir, 'kernel/lib/modules')))[0] ?? '';
  return {
    tar: join(dir, 'root.tar'),
    busybox: join(dir, 'busybox'),
    mtdPrograms: mtdPrograms && join(dir, 'mtd'),
    kernel: join(dir, 'kernel/boot', `vmlinuz-${version}`),
    modulesDir: join(dir, 'kernel/lib/modules', version),
  };
}

async function fetch(dir: string, arch: ForeignArch): Promise<void> {
  const { package: kernel, driver, mtdPrograms }: Kernel = kernels[arch];
  const host = await run(['dpkg', '--print-architecture']);
  const script = (name: string) => join(labDir, 'recipes/foreign', name);
  await run([
    'mmdebstrap',
    '--quiet',
    '--variant=extract',
    `--architectures=${arch},${host}`,
    '--aptopt=APT::Install-Recommends "false"',
    '--include=busybox-static,dropbear-bin',
    `--extract-hook=sh '${script('fetch.sh')}' "$1" ${kernel} '${driver ? host : ''}' ${mtdPrograms ? 'mtd-utils' : ''}`,
    suite,
    join(dir, 'root.tar'),
    mirror,
  ]);
  const driverWords = driver ? [driver.source, driver.arch, driver.compiler] : [];
  await run(['sh', script('unpack.sh'), dir, ...driverWords]);
  if (mtdPrograms) await run(['sh', script('mtd-programs.sh'), dir, ...mtdPrograms]);
}
