import { readFile } from 'node:fs/promises';
import { fitImage, type KernelPlace } from '../../boot-image/fit.js';
import {
  checkDeviceTree,
  checkKernelArchitecture,
  kernelCompression,
  runsInPlace,
} from '../../boot-image/kernel.js';
import { uInitrd } from '../../boot-image/uimage.js';
import { quote } from '../../shared/shell-quote.js';
import { LevitateError, reasonOf } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { writeOutput } from '../../shared/atomic-file.js';
import { netbootFolder, type Netboot, type NetbootOptions } from './netboot.js';

/** The images to make of an archive, for boot loaders that need it in a form of their own. */
export interface BootImageOptions extends NetbootOptions {
  /** Path of a U-Boot legacy ramdisk image to write. */
  uinitrd?: string;
  /** Path of a FIT to write; needs `kernel`. */
  fit?: string;
  /** Path of the kernel that boots the archive. */
  kernel?: string;
  /** Path of its device tree. */
  dtb?: string;
  /** Where U-Boot loads and enters the kernel; arm and arm64 kernels that are not compressed need none. */
  kernelAt?: KernelPlace;
}

/** What a build makes for a boot loader, besides the archive. */
export interface BootImages {
  /** The legacy U-Boot ramdisk image: its path and its size in bytes. */
  uinitrd?: { path: string; bytes: number };
  /** The FIT image with kernel, device tree and ramdisk: its path and its size in bytes. */
  fit?: { path: string; bytes: number };
  /** The folder that devices boot from over the network. */
  netboot?: Netboot;
  /** The command that loads kernel and archive for kexec. */
  kexec?: string;
}

/**
 * Reads and checks the kernel and the device tree of the boot images, before anything is built.
 * @returns a function that makes the images, once the archive is there
 * @throws LevitateError USAGE, IMAGE_UNREADABLE, IMAGE_FORMAT, WRONG_ARCHITECTURE, OUTPUT_FAILED
 */
export async function bootImages(
  profile: Profile,
  options: BootImageOptions,
): Promise<(archive: string) => Promise<BootImages>> {
  const { uinitrd, fit, kernel, dtb, kernelAt, netboot } = options;
  const { name, arch } = profile;
  if (kernel === undefined && (fit ?? dtb ?? kernelAt ?? netboot) !== undefined)
    throw usage(
      'a FIT, a device tree, load addresses and a folder to boot from need a kernel',
      'Give --kernel FILE.',
    );
  if (netboot === undefined && (options.netbootFor ?? options.append) !== undefined)
    throw usage('--for and --append say more of a folder to boot from', 'Give --netboot DIR.');
  const kernelBytes = kernel === undefined ? undefined : await read(kernel);
  const deviceTree = dtb === undefined ? undefined : await read(dtb);
  if (deviceTree) checkDeviceTree(dtb ?? '', deviceTree);
  if (kernelBytes) checkKernelArchitecture(kernel ?? '', kernelBytes, arch);
  const compression =
    kernelBytes && fit !== undefined ? kernelCompression(kernel ?? '', kernelBytes) : 'none';
  if (fit !== undefined && kernelAt === undefined && !runsInPlace(compression, arch))
    throw usage(
      `U-Boot cannot start ${kernel ?? ''} without a load address`,
      "Say where with --kernel-at LOAD,ENTRY; the kernel's build or the board's manual names these addresses.",
    );
  const layOut =
    netboot === undefined || !kernelBytes
      ? undefined
      : await netbootFolder(netboot, profile, options, {
          kernel: kernelBytes,
          ...(deviceTree ? { deviceTree } : {}),
        });

  return async (archive) => {
    const bytes = await readFile(archive);
    return {
      ...(uinitrd === undefined
        ? {}
        : { uinitrd: await put(uinitrd, uInitrd(bytes, arch, `levitate ${name}`)) }),
      ...(fit === undefined || !kernelBytes
        ? {}
        : {
            fit: await put(
              fit,
              fitImage({
                ...{ name, arch, archive: bytes },
                ...{ kernel: kernelBytes, kernelCompression: compression },
                ...(deviceTree ? { deviceTree } : {}),
                ...(kernelAt ? { place: kernelAt } : {}),
              }),
            ),
          }),
      ...(layOut ? { netboot: await layOut(bytes) } : {}),
      ...(kernel === undefined ? {} : { kexec: kexecCommand(kernel, archive, dtb) }),
    };
  };
}

const kexecCommand = (kernel: string, archive: string, dtb: string | undefined): string =>
  [
    ...['kexec', '--load', kernel, `--initrd=${archive}`],
    ...(dtb === undefined ? [] : [`--dtb=${dtb}`]),
    '--reuse-cmdline',
  ]
    .map(quote)
    .join(' ');

const usage = (message: string, hint: string): LevitateError =>
  new LevitateError('USAGE', message, { hint });

const read = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new LevitateError('IMAGE_UNREADABLE', `${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
      hint: 'Name the file with the kernel or the device tree, which you may read.',
    });
  });

async function put(path: string, image: Buffer): Promise<{ path: string; bytes: number }> {
  await writeOutput(path, image);
  return { path, bytes: image.length };
}
