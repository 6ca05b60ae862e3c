/** What each device is made of: its memory, its disk, and what QEMU is told of them. */
import { copyFile, constants, open } from 'node:fs/promises';
import {
  deviceArtifacts,
  hasSlots,
  initArtifacts,
  isRouter,
  isUBoot,
  norArtifacts,
  piArtifacts,
  slotsArtifacts,
  stackDisk,
  swapArtifacts,
} from './artifacts.js';
import type { DeviceName, SlotsName, Version } from './artifacts.js';
import { boardOf } from './boards.js';
import { routerFlashBlocks } from './build/router-ubi.js';
import { pcFirmware } from './build/sbc-uefi.js';
import { countingUBoot, debianUBoot } from './build/u-boot.js';
import { eraseBlock } from './build/ubi-flash.js';
import { run } from './build/run.js';
import { exists } from './cache.js';

export interface HardwareOptions {
  memoryMiB?: number;
  /** Limits the disk's reads and writes, each, in bytes a second. */
  diskBps?: number;
  /** How much larger the disk is than its image as delivered. */
  spareMiB?: number;
  readOnlyDisk?: boolean;
  /** A file in which every order to the disk is kept, in the form of dm-log-writes. */
  writeLog?: string;
  /** Another kernel or initrd for the device that boots from outside its flash. */
  kernelInitrd?: { kernel?: string; initrd?: string; append?: string };
}

/** MiB. Starting another kernel takes room for it beside the running one. */
const defaultMemory: Partial<Record<DeviceName, number>> = {
  'sbc-systemd': 512,
  'sbc-slots': 512,
  'uboot-file': 256,
  'uboot-env': 256,
  'sbc-uefi': 512,
  'pi-slots': 192,

  'sbc-swap': 512,
  'stack-systemd': 512,
  'init-unknown': 320,
  'ap-arm64': 64,
  'gw-armhf': 64,
  'router-mipsel': 48,
};

export function memoryOf(name: DeviceName, options: HardwareOptions): number {
  return options.memoryMiB ?? defaultMemory[name] ?? 128;
}

/** The device's disk as delivered. */
export async function deviceDisk(name: DeviceName, version: Version): Promise<string> {
  if (name === 'sbc-systemd') return (await deviceArtifacts(name))[version].disk;
  if (name === 'stack-systemd') return stackDisk();
  if (hasSlots(name)) return (await slotsArtifacts(name)).disk;
  if (name === 'pi-slots') return (await piArtifacts()).disk;

  if (name === 'sbc-swap') return (await swapArtifacts()).disk;
  if (isRouter(name)) return (await deviceArtifacts(name))[version].flash;
  if (name === 'router-mipsel') return (await norArtifacts())[version].flash;
  return (await initArtifacts(name)).disk;
}

/** Puts a ubinized image onto a fresh router flash, as a factory would: the rest is erased. */
export async function makeFlashFrom(ubi: string, disk: string): Promise<void> {
  await copyFile(ubi, disk);
  const file = await open(disk, 'r+');
  try {
    const { size } = await file.stat();
    const rest = routerFlashBlocks * eraseBlock - size;
    if (rest > 0) await file.write(Buffer.alloc(rest, 0xff), 0, rest, size);
  } finally {
    await file.close();
  }
}

/** QEMU's arguments for the device on `disk`. */
export async function hardwareArgs(
  name: DeviceName,
  disk: string,
  options: HardwareOptions,
): Promise<string[]> {
  if (isUBoot(name)) {
    const firmware = name === 'uboot-env' ? await countingUBoot() : debianUBoot;
    const watchdog = ['-device', 'i6300esb', '-action', 'watchdog=reset'];
    return [...diskArgs(disk, options, name), '-bios', firmware, ...watchdog];
  }
  if (bootsOwnDisk(name)) return [...firmwareArgs(name, disk), ...diskArgs(disk, options, name)];
  if (name === 'pi-slots') return [...diskArgs(disk, options, name), '-device', 'i6300esb'];
  const bare = isRouter(name) || name === 'router-mipsel';
  const artifacts = await kernelOf(name);
  const own = options.kernelInitrd ?? {};
  const pstore = 'memmap=1M$0x7000000';
  const watchdog = bare ? [] : ['-device', 'i6300esb'];
  const board = boardOf(name);
  const words = [`console=${board.console}`, 'quiet', 'net.ifnames=0', 'panic=10', ...board.append];
  return [
    ...diskArgs(disk, options, name),
    ...watchdog,
    ...['-kernel', own.kernel ?? artifacts.kernel, '-initrd', own.initrd ?? artifacts.initrd],
    ...['-append', [...words, ...(bare ? [] : [pstore]), own.append ?? ''].join(' ').trim()],
  ];
}

/** The devices whose own boot loader starts them. */
type OwnDisk = 'sbc-systemd' | 'sbc-swap' | 'stack-systemd' | SlotsName;

const bootsOwnDisk = (name: DeviceName): name is OwnDisk =>
  ['sbc-systemd', 'sbc-swap', 'stack-systemd'].includes(name) || hasSlots(name);

/** Where the variables of a device's firmware lie, which go wherever its disk goes: beside that. */
export const firmwareVars = (disk: string): string => `${disk}.vars`;

/** UEFI with variables of the device's own, written through as its disk is, and a watchdog that resets it. */
function firmwareArgs(name: OwnDisk, disk: string): string[] {
  if (name !== 'sbc-uefi') return [];
  const flash = (unit: number, file: string, rest: string) =>
    `if=pflash,unit=${unit},format=raw,file=${file}${rest}`;
  return [
    ...['-drive', flash(0, pcFirmware.code, ',readonly=on')],
    ...['-drive', flash(1, firmwareVars(disk), '')],
    ...['-device', 'i6300esb'],
  ];
}

/** What plays the boot loader of a device that boots from outside its flash. */
async function kernelOf(
  name: Exclude<DeviceName, OwnDisk | 'pi-slots'>,
): Promise<{ kernel: string; initrd: string }> {
  if (isRouter(name)) return deviceArtifacts(name);
  return name === 'router-mipsel' ? norArtifacts() : initArtifacts(name);
}

/**
 * A raw file written without waiting for the host's disk: what the guest's disk has acknowledged is in the host's
 * page cache and outlives a SIGKILL of QEMU.
 */
export function diskArgs(disk: string, options: HardwareOptions, name?: DeviceName): string[] {
  if (options.writeLog !== undefined)
    return [...loggedDisk(disk, options.writeLog), '-device', boardOf(name).disk];
  const limit = options.diskBps;
  const throttle =
    limit === undefined ? '' : `,throttling.bps-read=${limit},throttling.bps-write=${limit}`;
  const readOnly = options.readOnlyDisk === true ? ',readonly=on' : '';
  return [
    ...[
      '-drive',
      `if=none,id=disk,file=${disk},format=raw,cache=unsafe,discard=unmap${throttle}${readOnly}`,
    ],
    ...['-device', boardOf(name).disk],
  ];
}

/** The disk behind what keeps its orders; a flush is an order as well, and nothing leaves it out. */
const loggedDisk = (disk: string, log: string): string[] =>
  [
    `driver=file,node-name=disk-file,filename=${disk},discard=unmap`,
    'driver=raw,node-name=disk-bytes,file=disk-file,discard=unmap',
    `driver=file,node-name=log-file,filename=${log}`,
    'driver=blklogwrites,node-name=disk,file=disk-bytes,log=log-file,discard=unmap',
  ].flatMap((node) => ['-blockdev', node]);

/** Copies a disk, and with it the variables of its device's firmware, where that has any. */
export async function copyDisk(from: string, to: string): Promise<void> {
  await copySparse(from, to);
  if (await exists(firmwareVars(from))) await copyFile(firmwareVars(from), firmwareVars(to));
}

/** Copies a file without what is empty in it, or, where the file system can, without a byte of it. */
export async function copySparse(from: string, to: string): Promise<void> {
  await run(['cp', '--reflink=auto', '--sparse=auto', from, to]);
  await open(to, constants.O_RDWR).then((file) => file.close());
}
