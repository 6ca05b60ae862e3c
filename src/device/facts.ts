import type { Installed } from './installed.js';
import type { RebootReason } from './reboot-reason.js';

/** A mounted file system. */
export interface MountFact {
  /** What is mounted: a device node, a UBI volume such as `ubi0:rootfs`, or a name such as `tmpfs`. */
  source: string;
  /** The folder that it is mounted at. */
  point: string;
  /** Its type of file system, as the kernel calls it. */
  type: string;
}

/** An MTD partition. */
export interface MtdFact {
  /** Such as `mtd0`. */
  device: string;
  /** Bytes. */
  size: number;
  /** Bytes of an eraseblock. */
  eraseSize: number;
  /** Its name, as the device tree or the kernel's command line gives it. */
  name: string;
}

/** A watchdog at /dev/watchdog*; fields that this kernel's sysfs does not show are empty. */
export interface WatchdogFact {
  /** Such as `watchdog0`. */
  device: string;
  /** `active` since somebody has opened it; one that only the kernel feeds is `inactive`. */
  state: string;
  /** Seconds. */
  timeout: string;
  /** Whether it cannot be stopped any more. */
  nowayout: boolean;
  /** What its driver calls itself. */
  identity: string;
  /** The process that has it open. */
  feeder: { pid: number; name: string } | undefined;
}

/** What the kernel that runs can do, as far as the maintenance root asks for it. */
export interface FeatureFacts {
  /** Types of file systems that it knows; none where it does not tell. */
  fileSystems: string[];
  /** Whether it has loadable modules at all. */
  moduleSupport: boolean;
  /** Modules that are loaded. */
  modules: string[];
  /** Whether it was told to load no more. */
  modulesDisabled: boolean;
  /** Whether it refuses modules that are not signed. */
  modulesSigned: boolean;
  /** Whether the device has the program that finds and loads modules. */
  modprobe: boolean;
  /** Whether it has packet sockets, which a DHCP client needs (packet(7)). */
  packetSockets: boolean;
  /** Whether it has UBI, built in or as a module that is loaded. */
  ubi: boolean;
  /** Whether MTDs have character devices. */
  mtdNodes: boolean;
}

/** The way of a login; empty text where there is nothing to say. */
export interface WayFacts {
  /** Interfaces that it came by; none where that is not known. */
  links: string[];
  /** Why the other end is a program of the device itself. */
  loops: string;
  /** Why it ends with the old system, whatever the profile brings. */
  ends: string;
  /** Why it does unless the profile lists Wi-Fi. */
  wifi: string;
}

/** A file system that stands on flash or a disk, or the root wherever it stands. */
export interface MountedFact {
  /** What it is mounted from, such as `vda2`, `dm-0` or `ubi0:rootfs`; of several devices each has a row. */
  device: string;
  /** Whether it is mounted so that nobody writes to it. */
  readOnly: boolean;
  /** Its type, as the kernel calls it. */
  type: string;
  /** The folder that it is mounted at. */
  point: string;
}

/** What the block devices of a device are made of; every device by its name in sysfs. */
export interface StackFacts {
  /** A device, and one that it is made of: a member of an array, what is mapped, the disk of a partition. */
  stands: { device: string; on: string }[];
  /** Devices of the device mapper; the owner is who made it, such as `LVM` or `LUKS2`, or `-`. */
  mapped: { device: string; owner: string; name: string }[];
  /** md arrays, with their level and the version of their metadata, or `-`. */
  arrays: { device: string; level: string; metadata: string }[];
  /** Devices in files. */
  loops: { device: string; file: string }[];
  /** Disks that are somewhere else, and by what they are reached. */
  networkDisks: { device: string; by: string }[];
  /** The options of an overlay that is the root; empty where it is none. */
  rootLayers: string;
}

/** What a rescue of a device would be made of; or why it can have none, in the form of a sentence without a stop. */
export type RescueFacts =
  | {
      /** What the device starts by. */
      firmware: 'bios' | 'uefi';
      /** The disk that it starts from, as sysfs names it. */
      disk: string;
      /** The file of the kernel that runs; empty where it is not there. */
      kernel: string;
      /** Bytes of that file. */
      kernelBytes: number;
      /** Bytes of the modules and the firmware that go with it. */
      moduleBytes: number;
    }
  | {
      /** Why it can have none: a sentence without a stop. */
      refusal: string;
    };

/** Which system runs on a device. */
export interface Running {
  /** Whether the device's own system answers, or the maintenance system. */
  state: 'normal' | 'maintenance';
  /** The boot id of the kernel that runs (random(4), `boot_id`). */
  bootId: string;
}

/** What was learned about a device from its running system. Sizes are bytes. */
export interface Facts extends Running {
  /** The user id of the login; 0 is root. */
  uid: number;
  /** The processor, as `uname -m` prints it. */
  machine: string;
  /** The byte order of the processor; undefined where it could not be told. */
  byteOrder: 'little' | 'big' | undefined;
  /** The release of the kernel, as `uname -r` prints it. */
  kernel: string;
  /** The name that the device has for itself. */
  hostname: string;
  /** The port that the device's sshd was reached at, seen from the device. */
  sshPort: number | undefined;
  /** How this login came, as far as the device can tell. */
  way: WayFacts;
  /** Where the SSH server looks for the keys of this login; undefined where the login may not ask. */
  keyFiles: { path: string; keys: number }[] | undefined;
  /** What gives away that this is a container or a chroot. */
  container: string[];
  /** Bytes of all RAM; undefined where the device does not tell. */
  memoryTotal: number | undefined;
  /** Bytes of RAM that programs can still have; undefined where the device does not tell. */
  memoryAvailable: number | undefined;
  /** Device tree compatibles, DMI product name, board.json id. */
  compatible: string[];
  /** The version of an OpenWrt's settings, which tells what images they fit; absent where it is none. */
  compatVersion?: string;
  /** What the device is, for people; empty where it does not tell. */
  model: string;
  /** Its serial number; empty where it does not tell, and where the login is not root. */
  serial: string;
  /** What its system calls itself; empty where it does not tell. */
  system: string;
  /** The init system as levitate calls it, or `unknown`. */
  init: string;
  /** The program of PID 1. */
  initProgram: string;
  /** Where the maintenance root's tmpfs goes; empty where there is no place for it. */
  initRoot: string;
  /** Why this init system cannot be led into maintenance, for people; none where it can. */
  initRefusals: string[];
  /** What people should know of the way that will be taken; empty where an init has only one. */
  initWay: string;
  /** Whether the next orderly shutdown leads into maintenance. */
  armed: boolean;
  /** Whether a maintenance root is unpacked in RAM. */
  staged: boolean;
  /** Every mounted file system. */
  mounts: MountFact[];
  /** Files and devices that swap is on. */
  swaps: string[];
  /** Programs that entering needs and the device does not have. */
  missing: string[];
  /** Every MTD partition. */
  mtds: MtdFact[];
  /** UBI volumes: the device such as `ubi0_0`, the name, and the bytes that its LEBs hold. */
  ubiVolumes: { device: string; name: string; size: number }[];
  /** Block devices and their bytes. */
  blocks: { device: string; size: number }[];
  /** File systems that stand on flash or a disk, and the root wherever it stands. */
  mounted: MountedFact[];
  /** What the block devices are made of. */
  stack: StackFacts;
  /** What a rescue of it would be made of. */
  rescue: RescueFacts;
  /** Every watchdog. */
  watchdogs: WatchdogFact[];
  /** What levitate said last before a kernel ended, where pstore kept it. */
  rebootReason?: RebootReason;
  /** What the kernel can do. */
  features: FeatureFacts;
  /** What `levitate install` left; undefined where there is nothing. */
  installed: Installed | undefined;
}
