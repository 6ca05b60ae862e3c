/** Where a device's images are; built if absent. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildInit, buildInitBoot, initNames, type InitName } from './build/inits.js';
import { packages } from './build/packages.js';
import type { Version } from './build/payload.js';
import { buildNorRouter } from './build/router-nor.js';
import { buildRouter, routerNames, type RouterName } from './build/router-ubi.js';
import { buildSbc, sbcLayout } from './build/sbc-systemd.js';
import { buildPi } from './build/pi-slots.js';
import { buildSlots } from './build/sbc-slots.js';
import { buildSwap } from './build/sbc-swap.js';
import { buildUBoot, uBootNames, type UBootName } from './build/sbc-uboot.js';
import { buildUefi } from './build/sbc-uefi.js';
import { buildStack } from './build/stack-systemd.js';
import { exists, withLock } from './cache.js';

export type { Version } from './build/payload.js';

/** A device that differs from its siblings in its init only. */
export type InitDeviceName = `init-${InitName}`;
export const initDeviceNames = initNames.map((name): InitDeviceName => `init-${name}`);

export type DeviceName =
  | 'sbc-systemd'
  | SlotsName
  | 'pi-slots'
  | 'sbc-swap'
  | 'stack-systemd'
  | RouterName
  | 'router-mipsel'
  | InitDeviceName;
/** A device with two slots. */
export type SlotsName = 'sbc-slots' | 'sbc-uefi' | UBootName;
export const deviceNames: readonly DeviceName[] = [
  'sbc-systemd',
  'sbc-slots',
  'sbc-uefi',
  ...uBootNames,
  'pi-slots',
  'sbc-swap',
  'stack-systemd',
  ...routerNames,
  'router-mipsel',
  ...initDeviceNames,
];

/** Those that `npm test` runs on; the others wait for `npm run e2e:long`. */
export const suiteDeviceNames: readonly DeviceName[] = [
  'sbc-systemd',
  'sbc-slots',
  'router-ubi',
  ...initDeviceNames,
];

/** Is it one of the devices with busybox init and a root on UBIFS? */
export function isRouter(name: DeviceName): name is RouterName {
  return routerNames.includes(name as RouterName);
}

/** Is it one of the devices with two slots? */
export function hasSlots(name: DeviceName): name is SlotsName {
  return name === 'sbc-slots' || name === 'sbc-uefi' || isUBoot(name);
}

/** One build of the sbc's system. */
export interface SbcImages {
  /** The whole disk: partition table, GRUB, root, data. */
  disk: string;
  root: string;
  data: string;
}

/** One build of the router's system. */
export interface RouterImages {
  /** The whole flash as it lies on a used device, erase counters and all. */
  flash: string;
  /** The ubinized layout with the volumes rootfs and data: what `ubiformat -f` takes. */
  ubi: string;
  /** The volumes' contents: what `ubiupdatevol` takes. */
  rootfs: string;
  data: string;
}

export interface SbcArtifacts {
  v1: SbcImages;
  v2: SbcImages;
  layout: typeof sbcLayout;
}

export interface RouterArtifacts {
  v1: RouterImages;
  v2: RouterImages;
  /** What plays the boot loader and the vendor's kernel; not in the flash. */
  kernel: string;
  initrd: string;
}

/** One build of the small router's system. */
export interface NorImages {
  /** The whole flash as delivered. */
  flash: string;
  /** The squashfs that is its system. */
  rootfs: string;
}

export interface NorArtifacts {
  v1: NorImages;
  v2: NorImages;
  /** What plays the boot loader and the vendor's kernel; not in the flash. */
  kernel: string;
  initrd: string;
}

/** A device of the init family: one build, whose disk is its root file system. */
export interface InitArtifacts {
  disk: string;
  kernel: string;
  initrd: string;
}

export async function initArtifacts(name: InitDeviceName): Promise<InitArtifacts> {
  const init = name.slice('init-'.length) as InitName;
  const { vmlinux } = await packages();
  return {
    disk: join(await buildInit(init), `${init}.img`),
    kernel: vmlinux,
    initrd: join(await buildInitBoot(), 'boot.initrd'),
  };
}

/** The disk of stack-systemd, of which there is one build. */
export const stackDisk = async (): Promise<string> => join(await buildStack(), 'disk.img');

/** Is it one of the boards with two slots that U-Boot starts? */
export const isUBoot = (name: DeviceName): name is UBootName =>
  uBootNames.includes(name as UBootName);

/** A device with two slots: its disk, whose slots both have v1, and a root of each build. */
export async function slotsArtifacts(
  name: SlotsName = 'sbc-slots',
): Promise<Record<Version | 'disk', string>> {
  const dir = await (isUBoot(name)
    ? buildUBoot(name)
    : name === 'sbc-uefi'
      ? buildUefi()
      : buildSlots());
  const root = (version: Version) => join(dir, `${version}.root.ext4`);
  return { disk: join(dir, 'disk.img'), v1: root('v1'), v2: root('v2') };
}

/** What one slot of the board that boots as a Raspberry Pi consists of. */
export interface PiImages {
  /** The FAT with config.txt, kernel and initramfs. */
  boot: string;
  root: string;
}

/** The board that boots as a Raspberry Pi: its disk, whose slots both have v1, and the images of each build. */
export async function piArtifacts(): Promise<Record<Version, PiImages> & { disk: string }> {
  const dir = await buildPi();
  const images = (version: Version): PiImages => ({
    boot: join(dir, `${version}.boot.vfat`),
    root: join(dir, `${version}.root.ext4`),
  });
  return { disk: join(dir, 'disk.img'), v1: images('v1'), v2: images('v2') };
}

/** The device with swap: its disk, and the archive of a system that it migrates to. */
export async function swapArtifacts(): Promise<{ disk: string; archive: string }> {
  const dir = await buildSwap();
  return { disk: join(dir, 'disk.img'), archive: join(dir, 'new.tar') };
}

export async function norArtifacts(): Promise<NorArtifacts> {
  const { dir, kernel } = await buildNorRouter();
  const images = (version: Version): NorImages => ({
    flash: join(dir, `${version}.flash.img`),
    rootfs: join(dir, `${version}.rootfs.squashfs`),
  });
  return { v1: images('v1'), v2: images('v2'), kernel, initrd: join(dir, 'boot.initrd') };
}

export async function deviceArtifacts(name: 'sbc-systemd'): Promise<SbcArtifacts>;
export async function deviceArtifacts(name: RouterName): Promise<RouterArtifacts>;
export async function deviceArtifacts(
  name: 'sbc-systemd' | RouterName,
): Promise<SbcArtifacts | RouterArtifacts> {
  if (name === 'sbc-systemd') {
    const dir = await buildSbc();
    const images = (version: Version): SbcImages => ({
      disk: join(dir, `${version}.disk.img`),
      root: join(dir, `${version}.root.ext4`),
      data: join(dir, `${version}.data.ext4`),
    });
    return { v1: images('v1'), v2: images('v2'), layout: sbcLayout };
  }
  const { dir, kernel } = await buildRouter(name);
  const images = (version: Version): RouterImages => ({
    flash: join(dir, `${version}.flash.img`),
    ubi: join(dir, `${version}.ubi`),
    rootfs: join(dir, `${version}.rootfs.ubifs`),
    data: join(dir, `${version}.data.ubifs`),
  });
  return { v1: images('v1'), v2: images('v2'), kernel, initrd: join(dir, 'boot.initrd') };
}

/** Makes a device's images, if they are absent. */
export async function buildDevice(name: DeviceName): Promise<void> {
  if (name === 'sbc-systemd') await deviceArtifacts(name);
  else if (hasSlots(name)) await slotsArtifacts(name);
  else if (name === 'pi-slots') await piArtifacts();
  else if (name === 'sbc-swap') await swapArtifacts();
  else if (name === 'stack-systemd') await stackDisk();
  else if (isRouter(name)) await deviceArtifacts(name);
  else if (name === 'router-mipsel') await norArtifacts();
  else await initArtifacts(name);
}

const compressors = {
  gz: ['gzip', '-n', '-6', '-c'],
  xz: ['xz', '-T0', '-1', '-c'],
  zst: ['zstd', '-q', '-T0', '-3', '-c'],
};

/** An image compressed as `IMAGE.gz`, `.xz` or `.zst`, made when first asked for. */
export async function compressed(image: string, format: keyof typeof compressors): Promise<string> {
  const target = `${image}.${format}`;
  if (await exists(target)) return target;
  return withLock(`compress-${format}`, async () => {
    if (await exists(target)) return target;
    const [command, ...args] = compressors[format] as [string, ...string[]];
    const child = spawn(command, [...args, image], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await pipeline(child.stdout, createWriteStream(`${target}.part`));
    if ((await ended) !== 0) throw new Error(`lab: ${command} failed on ${image}`);
    await rename(`${target}.part`, target);
    return target;
  });
}
