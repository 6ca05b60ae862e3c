import { LevitateError } from '../errors.js';
import { parseLastWords, type LastWords } from './last-words.js';
import { parseModuleList, type CarriedModule } from './module-list.js';
import { hookScript } from './scripts.js';
import type { Transport } from './transport.js';

export interface MountFact {
  source: string;
  point: string;
  type: string;
}

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
  memoryTotal: number;
  memoryAvailable: number;
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
  lastWords?: LastWords;
  features: FeatureFacts;
  installed:
    { sha256: string; size: number; profile: unknown; modules: CarriedModule[] } | undefined;
}

/**
 * Runs the facts script on a device, over its own shell, and reads what it printed. Nothing on the device changes.
 * @throws LevitateError REMOTE_FAILED when the script did not run to its end, and what `exec` throws
 */
export async function gatherFacts(transport: Transport): Promise<Facts> {
  const result = await transport.exec('sh -s', {
    stdin: await hookScript('facts.sh'),
    timeoutMs: 60_000,
  });
  return parseFacts(result.stdout, result.stderr);
}

/** key=value lines, a key as often as it comes: every value of it, its first one, or every value in words. */
export function factLines(text: string) {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at <= 0) continue;
    const key = line.slice(0, at);
    values.set(key, [...(values.get(key) ?? []), line.slice(at + 1)]);
  }
  const all = (key: string) => values.get(key) ?? [];
  return {
    all,
    one: (key: string) => all(key)[0] ?? '',
    words: (key: string) => all(key).map((value) => value.split(' ')),
  };
}

/** Reads key=value lines as `hook/facts.sh` prints them. */
export function parseFacts(text: string, stderr = ''): Facts {
  const { all, one, words } = factLines(text);
  if (one('levitate-facts') !== '1' || one('end') !== 'yes') {
    throw new LevitateError('REMOTE_FAILED', 'the device did not answer with its facts', {
      hint: 'levitate needs a login whose shell runs POSIX commands without printing anything of its own.',
      data: { stdout: text.slice(-2000), stderr: stderr.slice(-2000) },
    });
  }
  const sshPort = Number(one('ssh-connection').split(' ')[3]);
  return {
    state: one('state') === 'maintenance' ? 'maintenance' : 'normal',
    uid: Number(one('uid')),
    machine: one('machine'),
    byteOrder: (['little', 'big'] as const).find((order) => order === one('byte-order')),
    kernel: one('kernel'),
    bootId: one('boot-id'),
    hostname: one('hostname'),
    sshPort: sshPort > 0 ? sshPort : undefined,
    memoryTotal: Number(one('memtotal-kib')) * 1024,
    memoryAvailable: Number(one('memavailable-kib')) * 1024,
    compatible: all('compatible'),
    init: one('init'),
    initProgram: one('init-program'),
    initRoot: one('init-root'),
    initRefusals: all('init-refusal'),
    initWay: one('init-way'),
    armed: one('armed') === 'yes',
    staged: one('staged') === 'yes',
    mounts: words('mount').map(([source = '', point = '', type = '']) => ({ source, point, type })),
    swaps: all('swap'),
    missing: all('missing'),
    mtds: words('mtd').map(([device = '', size = '0', erase = '0', ...name]) => ({
      device,
      size: parseInt(size, 16),
      eraseSize: parseInt(erase, 16),
      name: name.join(' '),
    })),
    ubiVolumes: words('ubi-volume').map(([device = '', blocks = '0', leb = '0', ...name]) => ({
      device,
      size: Number(blocks) * Number(leb),
      name: name.join(' '),
    })),
    blocks: words('block').map(([device = '', sectors = '0']) => ({
      device,
      size: Number(sectors) * 512,
    })),
    watchdogs: watchdogs(words('watchdog'), words('watchdog-feeder')),
    ...parseLastWords(one('last-words')),
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

const list = (words: string): string[] => words.split(' ').filter((word) => word !== '');

function watchdogs(found: string[][], feeding: string[][]): WatchdogFact[] {
  const feeders = new Map<string, WatchdogFact['feeder']>();
  for (const [device = '', pid = '', ...name] of feeding) {
    // Of several that share it, the one that comes first has the lowest number: PID 1 if it is among them.
    if (!feeders.has(device)) feeders.set(device, { pid: Number(pid), name: name.join(' ') });
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
  try {
    return {
      ...{ sha256, size: Number(size), profile: JSON.parse(profile) as unknown },
      modules: parseModuleList(modules),
    };
  } catch (cause) {
    throw new LevitateError('REMOTE_FAILED', 'the profile installed on the device is damaged', {
      hint: 'Install again: levitate install PROFILE HOST.',
      cause,
    });
  }
}
