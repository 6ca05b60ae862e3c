import type { LoaderSpec } from '../boot-loader/loader.js';
import type { LoaderName } from '../boot-loader/loaders.js';
import type { TargetSpec } from '../flash/target.js';
import type { SysupgradeMember } from '../image/image.js';
import type { TrustedKey } from '../image/signature/trusted-key.js';
import type { Architecture, ArchiveCompression } from './schema.js';
import type { CarriedWord } from './schema-migrate.js';

/** A static address for the maintenance system. */
export interface StaticNetwork {
  interface?: string;
  address: string;
  gateway?: string;
}

/** A place that files of the root come from. */
export type SourceSpec =
  /**
   * A ready root. Where this machine has none, it is passed over unless it is the only source; by default, also where a
   * lock pins Debian's packages.
   */
  | { kind: 'ready'; given: 'alone' | 'listed' | 'default' }
  | { kind: 'debian'; release: string | undefined }
  /** A folder, absolute, and what the profile calls it; undefined = the one that the command names. */
  | { kind: 'sysroot'; named: { folder: string; name: string } | undefined }
  /** The running system of the device itself. */
  | { kind: 'device' };

/** One command that runs on the device. */
export interface DeviceCommand {
  /** The command and its arguments. */
  run: string[];
  /** After how long it is ended. */
  timeoutSeconds: number;
}

/** Commands that run on the device, by when they do, each list in its order. */
export interface DeviceCommands {
  /** In the running system, before anything is brought there. */
  beforeEnter: DeviceCommand[];
  /** In the maintenance system, after all was read back. */
  afterFlash: DeviceCommand[];
}

/** How a device gets another system beside the one that it has. */
export interface MigrateSpec {
  /** The target that the new system goes to. */
  into: string;
  /** What the device must have, in bytes; `free` by paths in the old system. */
  require: { ram?: number; disk?: number; free: Record<string, number> };
  /** In the old system, before anything is touched. */
  before: DeviceCommand[];
  /** In maintenance, with both systems mounted. */
  after: DeviceCommand[];
  /** What the new system gets of the old one. */
  carry: CarriedWord[];
  /** How the new system starts; what is missing follows from its files. */
  start: { kernel: string; initrd?: string; words?: string };
}

/** What of the old system is put into the new one. */
export interface KeepSpec {
  /** Files and folders. */
  paths: { path: string; required: boolean }[];
  /** Whose list of what is to be kept counts as well; absent where none does. */
  list?: 'sysupgrade';
  /** The target with the file system that they are put into. */
  into: string;
  /** Of a whole disk the partition, of a whole UBI the volume; empty where it is all of the target. */
  within: string;
  /** Where the new system mounts that file system. */
  mountedAt: string;
  /** Whether each file is put in its place, or all of them as one archive, out of which OpenWrt restores them. */
  as: 'files' | 'sysupgrade.tgz';
}

/** One of two systems on a device. */
export interface SlotSpec {
  /** The block device of its root file system. */
  root: string;
  /** What the boot loader's variables call it, where that is not its name here. */
  called?: string | undefined;
  /** What UEFI starts for it, on the partition that the running slot was started from, and what it tells that. */
  starts?: { file: string; options?: string | undefined } | undefined;
  /** The files of it that its boot loader reads from a partition of its own: path in the root → path on that partition. */
  copies?: { onto: string; files: Record<string, string> } | undefined;
  /** The number of the partition that the boot loader starts it from, where it goes by that. */
  partition?: number | undefined;
  /** The name that a person gives an image for → the target. */
  targets: Record<string, string>;
}

/** The two systems of a device, and the boot loader that chooses. */
export interface BootSpec extends LoaderSpec {
  loader: LoaderName;
  slots: Record<string, SlotSpec>;
  /** How often a new slot is started that nobody confirms. */
  tries: number;
  confirmWithinSeconds: number;
}

/** A profile with every default filled in and every unit resolved: seconds and bytes. */
export interface Profile {
  name: string;
  arch: Architecture;
  compatible: string[];
  root: {
    /** The first that has a program gives it. */
    from: SourceSpec[];
    tools: (string | { package: string; programs: string[] })[];
    /** Path in the root → absolute path of a file on this machine. */
    files: Record<string, string>;
    /** Kernel modules that the running system's own modprobe loads before it is left. */
    modules: string[];
    /** Kernel modules that the archive brings; `kernel` is a release or a Debian package. */
    carriedModules?: { kernel: string | undefined; names: string[] } | undefined;
  };
  archive: { compression: ArchiveCompression };
  services: {
    network: 'keep' | 'dhcp' | StaticNetwork;
    /** Its wpa_supplicant.conf is the running system's, or one of `root.files`. */
    wifi: { interface: string | undefined; configuration: 'keep' | 'own' } | undefined;
    sshd: {
      /** undefined = the port that the running system's SSH answers on. */
      port: number | undefined;
      /** `own` = the one that the archive holds, as `/etc/levitate/host_key`. */
      hostKeys: 'keep' | 'new' | 'own';
      /** Whether the keys that open the running system's login open maintenance; where none do, the person's own. */
      keepAuthorizedKeys: boolean;
      /** Whether the own keys of the person who enters do in any case. */
      agentKeys: boolean;
      /** The public keys themselves, one a line, read from the files that the profile names. */
      authorizedKeys: string[];
    };
    watchdog: { device: string; feedSeconds: number; timeoutSeconds: number } | undefined;
    getty: string | undefined;
    extra: { name: string; run: string[] }[];
  };
  safety: {
    contactTimeoutSeconds: number;
    idleTimeoutSeconds: number;
    ramReserveBytes: number;
    /**
     * `rescue` writes a whole disk only where a power cut in the middle leads to a rescue, `accept` makes none; undefined = one is made
     * where it is possible.
     */
    powerCut?: 'rescue' | 'accept';
  };
  targets: Record<string, TargetSpec>;
  /** The targets that are several: for each its members, by the files of an image that go there. Absent where there is none. */
  groups?: Record<string, Record<SysupgradeMember, string>>;
  /** What of the old system is put into the new one; absent where nothing is. */
  keep?: KeepSpec;
  /** Keys of which one must have signed each image; absent where images need no signature. */
  trust?: TrustedKey[];
  /** The two systems of the device; absent where it has one. */
  boot?: BootSpec;
  /** What runs on the device around a flash; absent where nothing does. */
  commands?: DeviceCommands;
  /** How the device changes its operating system; absent where it does not. */
  migrate?: MigrateSpec;
  confirm: {
    build: { read: string[]; expect: string | undefined } | undefined;
    hostKey: 'same' | 'changes';
    timeoutSeconds: number;
  };
}
