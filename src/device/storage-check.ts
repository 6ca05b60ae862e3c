import type { Check } from '../progress.js';
import { plainName } from '../shared/plain-name.js';
import type { Facts } from './facts.js';
import { below, describeDevice, describeStack, isStacked, swapDevice } from './stack.js';

/**
 * The programs that the maintenance root needs to take apart what this device has stacked; everything else is taken apart
 * through sysfs and by busybox. A kernel that starts anew has nothing stacked. Pure.
 * @param programs what the archive has: with levitate's helper it needs no dmsetup
 */
export const neededTools = ({ stack, init }: Facts, programs: readonly string[] = []): string[] =>
  stack.mapped.length > 0 && init !== 'kexec' && !programs.includes('helper') ? ['dmsetup'] : [];

/** What needs such programs, for people. Pure. */
export const needingTools = ({ stack }: Facts): string =>
  stack.mapped.map(({ device }) => describeDevice(device, stack)).join(', ');

/**
 * Whether what the device's file systems and swap stand on can be taken apart in maintenance. Pure.
 * @param programs what the archive has
 */
export function storageCheck(facts: Facts, programs: readonly string[]): Check {
  const name = 'storage';
  const refusals = [
    ...rootRefusals(facts),
    ...arrayRefusals(facts),
    ...toolRefusals(facts, programs),
  ];
  const [first, ...others] = refusals.length > 0 ? refusals : warningsOf(facts);
  if (!first) return { name, verdict: 'ok', found: describeStorage(facts) };
  const all = [first, ...others];
  return {
    name,
    verdict: refusals.length > 0 ? 'refusal' : 'warning',
    found: all.map(({ found }) => found).join('; '),
    advice: [...new Set(all.map(({ advice }) => advice))].join(' '),
  };
}

interface Finding {
  found: string;
  advice: string;
}

/** File systems that somebody else on the network serves. */
const networkTypes =
  /^(nfs4?|cifs|smb3|smbfs|9p|virtiofs|ceph|afs|lustre|gfs2|ocfs2|fuse\.(sshfs|glusterfs|rclone|s3fs))$/;

function rootRefusals(facts: Facts): Finding[] {
  const advice =
    'The old system could not be let go of: what its root needs ends while it shuts down. Boot the archive in its place: `levitate help boot-images`.';
  const roots = facts.mounts.filter(({ point }) => point === '/');
  const far = facts.mounts.filter(({ type, point }) => networkTypes.test(type) && point !== '/');
  const layers = far.filter(({ point }) => layersOf(facts).some((path) => isUnder(path, point)));
  const served = [...roots.filter(({ type }) => networkTypes.test(type)), ...layers].map(
    ({ source, type }) => `the root is on the network: ${plainName(source)} (${type})`,
  );
  const disks = facts.mounted
    .filter(({ point }) => point === '/')
    .flatMap(({ device }) => below(device, facts.stack))
    .flatMap((device) => {
      const by = networkDisk(device, facts);
      return by === undefined ? [] : [`the root is on a disk that is reached by ${by}: ${device}`];
    });
  const programs = roots
    .filter(({ type }) => /^fuse(blk|\.|$)/.test(type) && !networkTypes.test(type))
    .map(({ source, type }) => `a program serves the root: ${plainName(source)} (${type})`);
  return [...served, ...disks, ...programs].map((found) => ({ found, advice }));
}

/** The folders that an overlay which is the root is made of. */
const layersOf = ({ stack }: Facts): string[] =>
  stack.rootLayers.split(',').flatMap((option) => {
    const [, paths] = /^(?:lowerdir|upperdir)\+?=(.*)$/.exec(option) ?? [];
    return paths?.split(':') ?? [];
  });

const isUnder = (path: string, point: string): boolean =>
  path === point || path.startsWith(point === '/' ? '/' : `${point}/`);

const networkDisk = (device: string, { stack }: Facts): string | undefined =>
  stack.networkDisks.find((disk) => disk.device === device)?.by ??
  (
    [
      [/^nbd\d/, 'NBD'],
      [/^drbd\d/, 'DRBD'],
      [/^etherd!/, 'ATA over Ethernet'],
    ] as const
  ).find(([pattern]) => pattern.test(device))?.[1];

const arrayRefusals = ({ stack }: Facts): Finding[] =>
  stack.arrays
    .filter(({ metadata }) => metadata.startsWith('external:'))
    .map(({ device, metadata }) => ({
      found: `a program keeps the metadata of the array ${device} (${metadata})`,
      advice:
        'mdmon ends with the old system, and writes to the array would wait for it. Stop the array first: mdadm --stop.',
    }));

function toolRefusals(facts: Facts, programs: readonly string[]): Finding[] {
  const lacking = neededTools(facts, programs).filter((name) => !programs.includes(name));
  return lacking.map((name) => ({
    found: `the archive has no ${name} to take apart ${needingTools(facts)}`,
    advice: `List ${name} under root.tools of the profile, and build or install the archive anew.`,
  }));
}

function warningsOf(facts: Facts): Finding[] {
  const far = facts.mounts
    .filter(({ type }) => networkTypes.test(type))
    .map(({ source, point, type }) => ({
      found: `${plainName(point)} is on the network: ${plainName(source)} (${type})`,
      advice: 'Unmount it first: one whose server is out of reach stays, and the device goes back.',
    }));
  const pools = facts.mounts.some(({ type }) => type === 'zfs')
    ? [
        {
          found: 'there is a ZFS pool',
          advice:
            'levitate does not export it: a disk that it is on cannot be written to, and the device goes back.',
        },
      ]
    : [];
  return [...far, ...pools];
}

/** What swap is on: of a file, the device that it lies on. */
function describeSwap(swap: string, facts: Facts): string {
  const device = swapDevice(swap, facts);
  if (device !== undefined) return describeStack(device, facts.stack);
  const [under] = facts.mounted
    .filter(({ point }) => isUnder(swap, point))
    .sort((one, other) => other.point.length - one.point.length);
  const where = under ? ` on ${describeStack(under.device, facts.stack)}` : '';
  return `the file ${plainName(swap)}${where}`;
}

/** What the root and swap stand on, and what will be taken apart. */
function describeStorage(facts: Facts): string {
  const { stack, mounted, swaps } = facts;
  const roots = mounted.filter(({ point }) => point === '/');
  const root =
    roots.length === 0
      ? 'the device does not tell what its root is on'
      : `the root (${roots[0]!.type}) is on ${roots.map(({ device }) => describeStack(device, stack)).join(', ')}`;
  const used = [
    ...mounted.map(({ device }) => device),
    ...swaps.flatMap((swap) => swapDevice(swap, facts) ?? []),
    ...stack.mapped.map(({ device }) => device),
    ...stack.arrays.map(({ device }) => device),
    ...stack.loops.map(({ device }) => device),
  ];
  const all = new Set(used.flatMap((device) => below(device, stack)));
  const stacked = [...all].filter((device) => isStacked(device, stack)).sort();
  const loops = stacked.filter((device) => device.startsWith('loop'));
  const others = stacked.filter((device) => !device.startsWith('loop'));
  const apart = [
    ...others.map((device) => describeDevice(device, stack)),
    ...(loops.length > 3
      ? [`${loops.length} loop devices`]
      : loops.map((device) => describeDevice(device, stack))),
  ];
  return [
    root,
    ...(swaps.length > 0
      ? [`swap is on ${swaps.map((swap) => describeSwap(swap, facts)).join(', ')}`]
      : []),
    ...(apart.length > 0 ? [`taken apart in maintenance: ${apart.join(', ')}`] : []),
  ].join('; ');
}
