import type { Facts } from '../../device/facts.js';
import type { DiskFact, ProbeFacts } from '../../device/probe-facts.js';
import type { TargetSpec } from '../../flash/target.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { absolutePathPattern } from '../../shared/schema-common.js';

/** A place on a device's flash, as a line of a profile. */
export interface TargetDraft {
  /** Unique among all. */
  name: string;
  /** What a person wants to know of it, such as its size and what is mounted from it. */
  about: string;
  /** How a profile names it; undefined where levitate has no words for it yet. */
  spec: TargetSpec | undefined;
  /** Why it had better not be a target as it stands. */
  caution: string | undefined;
}

/** Words that stand in names of what a device can't start without, or that nobody can make anew. */
const precious = new RegExp(
  `(^|-)(${[
    ...[
      'u-?boot[0-9a-z]*',
      'boot-?loader[0-9]*',
      'bl[1-3]',
      'bl2[0-9]?',
      'bl31',
      'fip',
      'spl',
      'tpl',
      'sbl[0-9]?',
    ],
    ...[
      'preloader',
      'redboot',
      'cfe',
      'barebox',
      'grub',
      'bios',
      'bios-?grub',
      'efi',
      'esp',
      'mbr',
      'gpt',
    ],
    ...[
      'atf',
      'tee[0-9]?',
      'optee',
      'trust',
      'tz',
      'qsee',
      'rpm',
      'mibib',
      'appsbl',
      'devcfg',
      'ddr[a-z]*',
      'cdt',
    ],
    ...[
      'env[0-9]?',
      '[a-z]*env[0-9]?',
      'config[0-9]*',
      'cfg',
      'devinfo',
      'nvram',
      'board-?[a-z]*',
      'misc',
      'metadata',
    ],
    ...[
      'factory[0-9a-z]*',
      'art',
      'cal',
      'caldata',
      'calibration',
      'radio',
      'eeprom',
      'mac',
      'macaddr',
      'ubootenv',
    ],
    ...[
      '([a-z]+[0-9]+)?boot[01]',
      '[a-z0-9]*rpmb',
      'mfg[a-z]*',
      'oem',
      'hw-?info',
      'product-?info',
      'serial',
      'fsbl',
      'pit',
      'panic-?oops',
    ],
  ].join('|')})($|-)`,
);

/** Whether a partition of this name holds a boot loader, its settings, calibration or the like. */
export const isProtected = (name: string): boolean => precious.test(sanitised(name));

/** A name as profiles allow them: `[a-z0-9-]`, at most 63 of them; empty when nothing is left. */
export const sanitised = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');

/** Every place on the flash of a device that an image could go to, in the device's own order. Pure. */
export function draftTargets(facts: Facts, probed: ProbeFacts): TargetDraft[] {
  const found = withoutTwins([...mtdPlaces(facts, probed), ...diskPlaces(facts, probed)]);
  const taken = new Set<string>();
  return found.map((place) => {
    const base = place.name || 'target';
    let name = base;
    for (let n = 2; taken.has(name); n += 1) name = `${base.slice(0, 58)}-${n}`;
    taken.add(name);
    return { ...place, name };
  });
}

const cautionOf = (name: string): string | undefined =>
  isProtected(name)
    ? 'by its name a boot loader, its settings or calibration: overwritten, the device may never start again'
    : undefined;

function mtdPlaces(facts: Facts, probed: ProbeFacts): TargetDraft[] {
  return facts.mtds.flatMap(({ device, name, size, eraseSize }) => {
    const type = probed.mtdTypes[device] ?? 'of unknown type';
    const about = `${device}, ${formatBytes(size)}, ${type}, eraseblocks of ${formatBytes(eraseSize)}${mountedText(probed, [`mtdblock${device.slice(3)}`, `mtd:${name}`])}`;
    const ubi = probed.ubis.find(({ mtd }) => mtd === device);
    const word = wordFor(device, name, facts);
    const on = word === undefined ? undefined : { mtd: word };
    if (!ubi) {
      const caution = cautionOf(name) ?? plainCaution(device, type, facts, probed);
      return [{ name: sanitised(name) || device, about, spec: on, caution }];
    }
    const volumes = facts.ubiVolumes.filter((volume) => volume.device.startsWith(`${ubi.device}_`));
    const lost = volumes.filter((volume) => isProtected(volume.name)).map((volume) => volume.name);
    const layout: TargetDraft = {
      name: probed.ubis.length === 1 ? 'layout' : `layout-${sanitised(name) || device}`,
      about: `${about}; a ubinized image replaces every volume`,
      spec: on && { ubi: on },
      caution:
        lost.length > 0
          ? `it would take ${lost.join(', ')} along, which the device may not start without`
          : undefined,
    };
    return [
      layout,
      ...volumes
        .filter((volume) => isLine(volume.name))
        .map((volume) => ({
          name: sanitised(volume.name) || sanitised(volume.device),
          about: `${volume.device}, ${formatBytes(volume.size)}${mountedText(probed, [volume.device, `${ubi.device}:${volume.name}`])}`,
          spec: on && { 'ubi-volume': volume.name, on },
          caution: cautionOf(volume.name),
        })),
    ];
  });
}

/** What several places would be called alike calls none of them. */
function withoutTwins(places: TargetDraft[]): TargetDraft[] {
  const count = new Map<string, number>();
  const key = ({ spec }: TargetDraft): string => JSON.stringify(spec);
  for (const place of places) count.set(key(place), (count.get(key(place)) ?? 0) + 1);
  return places.map((place) =>
    place.spec && count.get(key(place))! > 1 ? { ...place, spec: undefined } : place,
  );
}

/** What leads to this MTD alone: its name, or mtdN; undefined where each of these is another's as well. */
function wordFor(device: string, name: string, { mtds }: Facts): string | undefined {
  const leads = (word: string) =>
    mtds.filter((mtd) => mtd.name === word || mtd.device === word).length === 1;
  const words = isLine(name) && !/^mtd\d+$/.test(name) ? [name, device] : [device];
  return words.find(leads);
}

/** Why an MTD without UBI, whose own name says nothing, had better not be written. */
function plainCaution(device: string, type: string, facts: Facts, probed: ProbeFacts) {
  if (type !== 'nor' && type !== 'ram') return `levitate writes no ${type} MTD without UBI`;
  if (probed.readOnlyMtds.includes(device)) return 'it is read-only';
  const shared = facts.mtds.filter((other) => probed.sharedMtds[device]?.includes(other.device));
  const lost = shared.filter((other) => isProtected(other.name)).map((other) => other.name);
  if (lost.length > 0)
    return `it would take ${lost.join(', ')} along, which the device may not start without`;
  const below = shared.filter((other) => probed.ubis.some(({ mtd }) => mtd === other.device));
  return below.length > 0 ? `the UBI of ${below[0]?.device} lies in it` : undefined;
}

const isLine = (text: string): boolean => /^[^\x00-\x1f]+$/.test(text);

function mountedText(probed: ProbeFacts, devices: string[]): string {
  const mounts = probed.mounted.filter(({ device }) => devices.includes(device));
  return mounts.length === 0
    ? ''
    : `, mounted on ${mounts.map(({ point, type }) => `${point} (${type})`).join(', ')}`;
}

/** The node of a block device. The kernel has `!` for `/` in a name in sysfs, such as `cciss!c0d0`. */
const nodeOf = (device: string): string => `/dev/${device.replaceAll('!', '/')}`;

const isPath = (text: string): boolean => new RegExp(absolutePathPattern).test(text);

/** Disks that are made of others, or of RAM, are no places of their own. */
const virtualDevice = /^(dm-|md\d|drbd|bcache|loop|ram|zram|mtdblock|ubiblock|nbd|sr|fd)/;

function diskPlaces(facts: Facts, probed: ProbeFacts): TargetDraft[] {
  const disks = probed.disks.filter(({ device }) => !virtualDevice.test(device));
  const whole = disks.filter(({ parent, device }) => !parent && !/(boot\d|rpmb)$/.test(device));
  return disks
    .filter(({ device, size }) => !facts.swaps.includes(nodeOf(device)) && size > 1024)
    .map((disk) => {
      const { device, parent, label, size, readOnly } = disk;
      const labelled = parent !== undefined && isLine(label) && isOnlyOne(label, probed);
      const spec: TargetSpec | undefined = labelled
        ? { partition: { label } }
        : isPath(nodeOf(device))
          ? { block: nodeOf(device) }
          : undefined;
      return {
        name: parent
          ? sanitised(label) || sanitised(device)
          : whole.length === 1 && whole[0]?.device === device
            ? 'disk'
            : sanitised(device),
        about:
          [
            ...(labelled ? [device] : label ? [label] : []),
            formatBytes(size),
            ...(parent ? [] : ['the whole disk']),
          ].join(', ') + mountedText(probed, [device]),
        spec,
        caution: readOnly
          ? 'it is read-only'
          : (backingDisk(disk, facts, probed) ?? cautionOf(label || device)),
      };
    });
}

/** A label leads to one partition only, whatever its case. */
const isOnlyOne = (label: string, { disks }: ProbeFacts): boolean =>
  disks.filter((disk) => disk.label.toLowerCase() === label.toLowerCase()).length === 1;

/** A disk under block2mtd belongs to its MTD. */
function backingDisk(
  { parent, size }: DiskFact,
  facts: Facts,
  probed: ProbeFacts,
): string | undefined {
  if (!probed.block2mtd || parent !== undefined) return undefined;
  const mtd = facts.mtds.find(
    (one) =>
      probed.mtdTypes[one.device] === 'ram' && one.size <= size && one.size > size - one.eraseSize,
  );
  return mtd && `by its size it is what ${mtd.device} stands on`;
}
