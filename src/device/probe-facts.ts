import { LevitateError } from '../errors.js';
import { factBytes, markedFacts, type FactLines } from './fact-lines.js';
import type { Facts } from './facts.js';
import { parseFacts } from './gather-facts.js';
import type { Received } from './gather-running.js';
import { runScript } from './run-script.js';
import { factsScript, levitateFolder, readScript } from './scripts.js';
import { quote } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';

/** A disk, or a partition of one. */
export interface DiskFact {
  /** Such as `mmcblk0p1`. */
  device: string;
  /** The disk that this is a partition of. */
  parent: string | undefined;
  /** Bytes. */
  size: number;
  /** Whether the kernel lets nobody write to it. */
  readOnly: boolean;
  /** The GPT partition name; empty where there is none. */
  label: string;
}

/** A network interface. */
export interface InterfaceFact {
  /** Such as `eth0`. */
  name: string;
  /** What it is; what levitate knows no better is `virtual`. */
  kind: 'wired' | 'wifi' | 'bridge' | 'bond' | 'vlan' | 'virtual';
  /** The kernel's `operstate` of it, such as `up`. */
  state: string;
  /** The bridge or bond that it belongs to. */
  master: string | undefined;
  /** The hardware address that its maker gave it; undefined where it has none of its own. */
  mac: string | undefined;
  /** Its addresses, with their prefix lengths. */
  addresses: string[];
  /** Whether a DHCP client keeps its address. */
  dhcp: boolean;
  /** Whether the SSH connection came in over it. */
  ssh: boolean;
}

/** What `levitate probe` learns of a device beside its facts. Sizes are bytes. */
export interface ProbeFacts {
  /** Features of the processor, as /proc/cpuinfo names them. */
  cpuFeatures: string[];
  /** The version of the init system, as it says it; empty where it does not. */
  initVersion: string;
  /** MTD, such as `mtd0`, → `nor`, `nand`, `ram` … */
  mtdTypes: Record<string, string>;
  /** MTDs that the kernel lets nobody write to. */
  readOnlyMtds: string[];
  /** MTD → the others that share flash with it, such as the partitions of a whole chip. */
  sharedMtds: Record<string, string[]>;
  /** UBI devices and the MTD that each stands on. */
  ubis: { device: string; mtd: string }[];
  /** Whether an MTD may be made of a disk (block2mtd). */
  block2mtd: boolean;
  /** Disks and their partitions. */
  disks: DiskFact[];
  /** The CIDs of eMMCs, in hex: no two have the same (JESD84). */
  emmcIds: string[];
  /** Network interfaces. */
  interfaces: InterfaceFact[];
  /** The program that the login came through. */
  sshServer: 'openssh' | 'dropbear' | undefined;
  /** Paths of the host keys that were found. */
  hostKeys: string[];
  /** Terminals that the kernel writes to, such as `ttyS0`. */
  consoles: string[];
  /** The file that names the build of the system, where there is one. */
  buildFile: string | undefined;
}

/**
 * Runs the facts script and the probed behind it, in one go. Nothing on the device changes.
 * @throws LevitateError REMOTE_FAILED when the scripts did not run to their end, and what `exec` throws
 */
export async function gatherProbeFacts(
  transport: Transport,
): Promise<{ facts: Facts; probed: ProbeFacts }> {
  const parts = [`${levitateFolder}/flasher/mtd.sh`, 'remote/probe.sh'].map(readScript);
  const script = (await Promise.all([factsScript(), ...parts])).join('\n');
  const answer = await runScript(transport, script, { timeoutMs: 120_000, maxBytes: factBytes });
  const told = markedFacts(answer);
  const facts = parseFacts(told, answer);
  return { facts, probed: parseProbeFacts(told, facts, answer) };
}

/** Those of the programs that the device does not have. */
export async function missingPrograms(transport: Transport, names: string[]): Promise<string[]> {
  const script = `for p in ${names.map(quote).join(' ')}; do command -v "$p" >/dev/null || fact missing "$p"; done
fact end yes`;
  const answer = await runScript(transport, script, { timeoutMs: 60_000, maxBytes: factBytes });
  const { all, one } = markedFacts(answer);
  if (one('end') !== 'yes') throw inPart(answer);
  return all('missing');
}

const inPart = ({ received, stderr }: Received): LevitateError =>
  new LevitateError('REMOTE_FAILED', 'the device told its facts only in part', {
    data: { stdout: received, stderr: stderr.slice(-2000) },
  });

/** Reads what `remote/probe.sh` tells behind the facts. */
export function parseProbeFacts(told: FactLines, facts: Facts, received: Received): ProbeFacts {
  const { all, one, words } = told;
  if (one('probe-end') !== 'yes') throw inPart(received);
  const server = one('login-server');
  const sizes = new Map(facts.blocks.map(({ device, size }) => [device, size]));
  return {
    cpuFeatures: one('cpu-features').split(' ').filter(Boolean),
    initVersion: one('init-version'),
    mtdTypes: Object.fromEntries(words('mtd-type').map(([mtd = '', type = '']) => [mtd, type])),
    readOnlyMtds: all('mtd-read-only'),
    sharedMtds: Object.fromEntries(
      words('mtd-shared').map(([mtd = '', ...others]) => [
        mtd,
        others.filter(Boolean).map((number) => `mtd${number}`),
      ]),
    ),
    ubis: words('ubi').map(([device = '', mtd = '']) => ({ device, mtd })),
    block2mtd: one('block2mtd') === 'yes',
    disks: words('disk').map(([device = '', parent, readOnly, ...label]) => ({
      device,
      parent: parent === '-' ? undefined : parent,
      size: sizes.get(device) ?? 0,
      readOnly: readOnly === '1',
      label: label.join(' '),
    })),
    emmcIds: [...new Set(all('emmc-cid'))],
    interfaces: interfaces(told),
    sshServer: server === 'openssh' || server === 'dropbear' ? server : undefined,
    hostKeys: all('host-key'),
    consoles: all('console'),
    // Words of a command of the profile: only those that the script asks for.
    buildFile: ['/etc/build-id', '/etc/version'].find((file) => file === one('build-file')),
  };
}

const kinds = ['wired', 'wifi', 'bridge', 'bond', 'vlan', 'virtual'] as const;

function interfaces({ all, one, words }: FactLines): InterfaceFact[] {
  const reached = (one('ssh-connection').split(' ')[2] ?? '').replace(/^::ffff:/, '');
  const clients = all('dhcp-client').map((line) => line.split(' '));
  return words('interface').map(([name = '', kind, state = '', master]) => {
    const own = words('address').filter(([of]) => of === name);
    const addresses = own.map(([, address = '']) => address);
    return {
      name,
      kind: kinds.find((known) => known === kind) ?? 'virtual',
      state,
      master: master === '-' ? undefined : master,
      mac: words('hardware-address').find(([of]) => of === name)?.[1],
      addresses,
      dhcp:
        own.some(([, , dynamic]) => dynamic === 'dynamic') ||
        clients.some((line) => line.includes(name) || line.includes(`-i${name}`)),
      ssh: reached !== '' && addresses.some((address) => address.split('/')[0] === reached),
    };
  });
}
