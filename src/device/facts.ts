import { LevitateError, reasonOf } from '../errors.js';
import type { Profile } from '../profile/profile.js';
import { storedProfile } from '../profile/stored.js';
import { protocolIn } from '../protocol/compatible.js';
import { factReader, isNumber, markedFacts, type FactLines } from './fact-lines.js';
import { parseRebootReason, type RebootReason } from './reboot-reason.js';
import { parseModuleList, type CarriedModule } from './module-list.js';
import { runScript, type ScriptResult } from './run-script.js';
import { factsScript } from './scripts.js';
import type { Transport } from '../ssh/transport.js';

/** A mounted file system. */
export interface MountFact {
  source: string;
  point: string;
  type: string;
}

/** An MTD partition. */
export interface MtdFact {
  /** Such as `mtd0`. */
  device: string;
  /** Bytes. */
  size: number;
  /** Eraseblock size in bytes. */
  eraseSize: number;
  name: string;
}

/** A watchdog at /dev/watchdog*; fields that this kernel's sysfs doesn't show are empty. */
export interface WatchdogFact {
  /** Such as `watchdog0`. */
  device: string;
  /** `active` since somebody has opened it; one that only the kernel feeds is `inactive`. */
  state: string;
  /** Seconds. */
  timeout: string;
  /** Whether it can't be stopped any more. */
  nowayout: boolean;
  identity: string;
  /** The process that has it open. */
  feeder: { pid: number; name: string } | undefined;
}

/** What the kernel that runs can do, as far as the maintenance root asks for it. */
export interface FeatureFacts {
  /** Types of file systems; none where it doesn't tell. */
  fileSystems: string[];
  /** Whether it has loadable modules at all. */
  moduleSupport: boolean;
  /** Those that are loaded. */
  modules: string[];
  /** Whether it was told to load no more. */
  modulesDisabled: boolean;
  /** Whether it refuses modules that are not signed. */
  modulesSigned: boolean;
  /** Whether the device has the program that finds and loads modules. */
  modprobe: boolean;
  packetSockets: boolean;
  ubi: boolean;
  /** Whether MTDs have character devices. */
  mtdNodes: boolean;
}

/** What `levitate install` left on the device. */
export interface Installed {
  sha256: string;
  /** Bytes in RAM. */
  size: number;
  modules: CarriedModule[];
  profile: Profile | undefined;
  /** The number of the protocol that it speaks. */
  protocol: number;
  /** Why it can't be used as it is; then it has no profile. */
  damage: string | undefined;
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

/** What was learned about a device from its running system. Sizes are bytes. */
export interface Facts {
  state: 'normal' | 'maintenance';
  uid: number;
  machine: string;
  /** Undefined where it could not be told. */
  byteOrder: 'little' | 'big' | undefined;
  kernel: string;
  bootId: string;
  hostname: string;
  /** The port that the device's sshd was reached at, seen from the device. */
  sshPort: number | undefined;
  /** How this login came, as far as the device can tell. */
  way: WayFacts;
  /** Where the SSH server looks for the keys of this login; undefined where the login may not ask. */
  keyFiles: { path: string; keys: number }[] | undefined;
  /** What gives away that this is a container or a chroot. */
  container: string[];
  /** Undefined where the device doesn't tell, as is the next. */
  memoryTotal: number | undefined;
  memoryAvailable: number | undefined;
  /** Device tree compatibles, DMI product name, board.json id. */
  compatible: string[];
  init: string;
  initProgram: string;
  /** Where the maintenance root's tmpfs goes; empty where there is no place for it. */
  initRoot: string;
  initRefusals: string[];
  /** What people should know of the way that will be taken; empty where an init has only one. */
  initWay: string;
  armed: boolean;
  staged: boolean;
  mounts: MountFact[];
  swaps: string[];
  missing: string[];
  mtds: MtdFact[];
  ubiVolumes: { device: string; name: string; size: number }[];
  blocks: { device: string; size: number }[];
  watchdogs: WatchdogFact[];
  /** What levitate said last before a kernel ended, where pstore kept it. */
  rebootReason?: RebootReason;
  features: FeatureFacts;
  installed: Installed | undefined;
}

/**
 * Runs the facts script on a device, over its own shell, and reads what it printed. Nothing on the device changes.
 * @throws LevitateError REMOTE_FAILED when the script did not run to its end, and what `exec` throws
 */
export async function gatherFacts(transport: Transport): Promise<Facts> {
  const answer = await runScript(transport, await factsScript(), {
    timeoutMs: 60_000,
    maxBytes: factBytes,
  });
  return parseFacts(markedFacts(answer), answer);
}

/** Bytes that facts, those of a probe and all that a login prints beside them may take. */
export const factBytes = 4 << 20;

/** What came beside the facts, for the error that says why they are none. */
export type Received = Pick<ScriptResult, 'received' | 'stderr'>;

/**
 * Reads what `remote/facts.sh` tells. What is missing or is not what it should be is never taken for a good value: who
 * the login is, which kernel runs and sizes must be told; what else is missing shows in the preflight.
 * @throws LevitateError REMOTE_FAILED naming the fact
 */
export function parseFacts(told: FactLines, { received, stderr }: Received): Facts {
  const { all, one, words } = told;
  if (one('levitate-facts') !== '1' || one('end') !== 'yes') {
    throw new LevitateError('REMOTE_FAILED', 'the device did not answer with its facts', {
      hint: 'levitate needs a login whose shell runs POSIX commands: try ssh HOST sh -c true.',
      data: { stdout: received, stderr: stderr.slice(-2000) },
    });
  }
  const read = factReader(told);
  return {
    state: one('state') === 'maintenance' ? 'maintenance' : 'normal',
    uid: read.number('uid'),
    machine: read.owed('machine'),
    byteOrder: (['little', 'big'] as const).find((order) => order === one('byte-order')),
    kernel: read.owed('kernel'),
    bootId: read.owed('boot-id'),
    hostname: one('hostname'),
    sshPort: portOf(one('ssh-connection').split(' ')[3]),
    way: {
      links: all('login-interface'),
      loops: one('login-loopback'),
      ends: one('login-ends'),
      wifi: one('login-wifi'),
    },
    keyFiles:
      one('keys-looked') === 'yes'
        ? read.rows('keys-file', ([count, ...path], number) => ({
            path: path.join(' '),
            keys: number(count),
          }))
        : undefined,
    container: all('container'),
    memoryTotal: kibibytes(one('memtotal-kib')),
    memoryAvailable: kibibytes(one('memavailable-kib')),
    compatible: all('compatible'),
    init: one('init') || 'unknown',
    initProgram: one('init-program'),
    initRoot: one('init-root'),
    initRefusals: all('init-refusal'),
    initWay: one('init-method'),
    armed: one('armed') === 'yes',
    staged: one('staged') === 'yes',
    mounts: words('mount').map(([source = '', point = '', type = '']) => ({ source, point, type })),
    swaps: all('swap'),
    missing: all('missing'),
    mtds: read.rows('mtd', ([device = '', size, erase, ...name], number) => ({
      device,
      size: number(size, 16),
      eraseSize: number(erase, 16),
      name: name.join(' '),
    })),
    ubiVolumes: read.rows('ubi-volume', ([device = '', blocks, leb, ...name], number) => ({
      device,
      size: number(blocks) * number(leb),
      name: name.join(' '),
    })),
    blocks: read.rows('block', ([device = '', sectors], number) => ({
      device,
      size: number(sectors) * 512,
    })),
    watchdogs: watchdogs(words('watchdog'), words('watchdog-feeder')),
    ...parseRebootReason(one('reboot-reason')),
    features: {
      fileSystems: list(one('filesystems')),
      moduleSupport: one('module-support') === 'yes',
      modules: list(one('modules')),
      modulesDisabled: one('modules-disabled') === '1',
      modulesSigned: /^[Y1]/.test(one('modules-signed')),
      modprobe: one('modprobe') === 'yes',
      packetSockets: one('packet-sockets') === 'yes',
      ubi: one('ubi-support') === 'yes',
      mtdNodes: one('mtd-nodes') === 'yes',
    },
    installed: installedArchive(
      one('installed'),
      one('installed-size'),
      one('installed-profile'),
      all('installed-module'),
    ),
  };
}

const kibibytes = (text: string): number | undefined =>
  isNumber(text) ? Number(text) * 1024 : undefined;

function portOf(text: string | undefined): number | undefined {
  const port = isNumber(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

const list = (words: string): string[] => words.split(' ').filter((word) => word !== '');

function watchdogs(found: string[][], feeding: string[][]): WatchdogFact[] {
  const feeders = new Map<string, WatchdogFact['feeder']>();
  for (const [device = '', pid = '', ...name] of feeding) {
    // Of several that share it, the one that comes first has the lowest number: PID 1 if it is among them.
    if (!feeders.has(device) && isNumber(pid))
      feeders.set(device, { pid: Number(pid), name: name.join(' ') });
  }
  // A driver older than the class is known by whoever has it open.
  const unlisted = [...feeders.keys()].filter((name) => !found.some(([device]) => device === name));
  return [...found, ...unlisted.map((name) => [name])].map(
    ([device = '', state = '', timeout = '', nowayout = '', ...identity]) => ({
      device,
      state,
      timeout,
      nowayout: nowayout === '1',
      identity: identity.join(' '),
      feeder: feeders.get(device),
    }),
  );
}

function installedArchive(
  sha256: string,
  size: string,
  profile: string,
  modules: string[],
): Facts['installed'] {
  if (sha256 === '') return undefined;
  const kept = {
    sha256,
    size: isNumber(size) ? Number(size) : 0,
    modules: parseModuleList(modules),
  };
  const damaged = (damage: string) => ({ ...kept, profile: undefined, protocol: 0, damage });
  if (!/^[0-9a-f]{64}$/.test(sha256)) return damaged('its digest is none');
  if (!isNumber(size)) return damaged('its size is not told');
  try {
    const stored: unknown = JSON.parse(profile);
    return {
      ...kept,
      profile: storedProfile(stored),
      protocol: protocolIn(stored),
      damage: undefined,
    };
  } catch (error) {
    return damaged(`its profile is damaged: ${reasonOf(error)}`);
  }
}
