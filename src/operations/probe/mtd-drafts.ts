import type { Facts } from '../../device/facts.js';
import type { ProbeFacts } from '../../device/probe-facts.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { cautionOf, isLine, mountedText, type TargetDraft } from './target-draft.js';
import { isProtected, sanitised } from './target-names.js';

/** Gives a draft for every MTD without UBI, and for every UBI layout and volume. Pure. */
export function mtdPlaces(facts: Facts, probed: ProbeFacts): TargetDraft[] {
  return facts.mtds.flatMap(({ device, name, size, eraseSize }) => {
    const type = probed.mtdTypes[device] ?? 'of unknown type';
    const about = `${device}, ${formatBytes(size)}, ${type}, eraseblocks of ${formatBytes(eraseSize)}${mountedText(facts, [`mtdblock${device.slice(3)}`, `mtd:${name}`])}`;
    const ubi = probed.ubis.find(({ mtd }) => mtd === device);
    const reference = referenceFor(device, name, facts);
    const on = reference === undefined ? undefined : { mtd: reference };
    if (!ubi) {
      const caution = cautionOf(name) ?? plainCaution(device, type, facts, probed);
      const spec = on && isNand(type) ? { nand: on.mtd } : on;
      return [{ name: sanitised(name) || device, about, spec, caution }];
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
      ...(on ? openwrtPlaces(on, volumes, facts, probed) : []),
      ...volumes
        .filter((volume) => isLine(volume.name))
        .map((volume) => ({
          name: sanitised(volume.name) || sanitised(volume.device),
          about: `${volume.device}, ${formatBytes(volume.size)}${mountedText(facts, [volume.device, `${ubi.device}:${volume.name}`])}`,
          spec: on && { 'ubi-volume': volume.name, on },
          caution: cautionOf(volume.name),
        })),
    ];
  });
}

/**
 * Gives a draft for what OpenWrt's sysupgrade file is for, where the UBI looks like that of an OpenWrt: a root, what is changed of it or
 * OpenWrt's init system, and a kernel, which may have an MTD of its own (OpenWrt `package/base-files/files/lib/upgrade/nand.sh`).
 */
function openwrtPlaces(
  on: { mtd: string },
  volumes: Facts['ubiVolumes'],
  facts: Facts,
  probed: ProbeFacts,
): TargetDraft[] {
  const has = (name: string) => volumes.some((volume) => volume.name === name);
  if (!has('rootfs') || !(has('rootfs_data') || facts.init === 'procd')) return [];
  const kernel = has('kernel') ? undefined : kernelPlace(facts, probed);
  if (!has('kernel') && kernel === undefined) return [];
  return [
    {
      name: 'firmware',
      about: `what a sysupgrade file of OpenWrt is for: ${kernel ? `the kernel on ${Object.values(kernel).join()}` : 'the volumes kernel'}, rootfs and rootfs_data`,
      spec: { sysupgrade: on, ...(kernel ? { kernel } : {}) },
      caution: undefined,
    },
  ];
}

/** The MTD of the kernel, where there is one that holds no UBI. */
function kernelPlace(
  facts: Facts,
  probed: ProbeFacts,
): { nand: string } | { mtd: string } | undefined {
  const [found, second] = facts.mtds.filter(({ name }) => name === 'kernel');
  if (!found || second || probed.ubis.some(({ mtd }) => mtd === found.device)) return undefined;
  const type = probed.mtdTypes[found.device] ?? '';
  if (plainCaution(found.device, type, facts, probed) !== undefined) return undefined;
  return isNand(type) ? { nand: found.name } : { mtd: found.name };
}

/** Gives what names this MTD alone: its name, or mtdN; undefined where another MTD has each of these as well. */
function referenceFor(device: string, name: string, { mtds }: Facts): string | undefined {
  const leads = (reference: string) =>
    mtds.filter((mtd) => mtd.name === reference || mtd.device === reference).length === 1;
  const references = isLine(name) && !/^mtd\d+$/.test(name) ? [name, device] : [device];
  return references.find(leads);
}

const isNand = (type: string): boolean => type.endsWith('nand');

/**
 * Says why an MTD without UBI should not be written, where its name does not show it; undefined where nothing is known.
 */
function plainCaution(device: string, type: string, facts: Facts, probed: ProbeFacts) {
  if (type !== 'nor' && type !== 'ram' && !isNand(type))
    return `levitate writes no ${type} MTD without UBI`;
  if (probed.readOnlyMtds.includes(device)) return 'it is read-only';
  const shared = facts.mtds.filter((other) => probed.sharedMtds[device]?.includes(other.device));
  const lost = shared.filter((other) => isProtected(other.name)).map((other) => other.name);
  if (lost.length > 0)
    return `it would take ${lost.join(', ')} along, which the device may not start without`;
  const below = shared.filter((other) => probed.ubis.some(({ mtd }) => mtd === other.device));
  return below.length > 0 ? `the UBI of ${below[0]?.device} lies in it` : undefined;
}
