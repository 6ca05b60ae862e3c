import type { Facts } from '../../device/facts.js';
import type { ProbeFacts } from '../../device/probe-facts.js';
import { below } from '../../device/stack.js';

/** Where a system keeps itself, with the places of OpenWrt and of board computers. */
const systemPoints = new Set(['/', '/rom', '/overlay', '/usr', '/boot', '/boot/firmware']);

/** Gives the disks and MTDs that the running system stands on, such as `mmcblk0` or `mtd0`. Pure. */
export function systemDevices(
  { mounted, stack }: Pick<Facts, 'mounted' | 'stack'>,
  { disks, ubis }: Pick<ProbeFacts, 'disks' | 'ubis'>,
): Set<string> {
  const sources = mounted
    .filter(({ point }) => systemPoints.has(point))
    .flatMap(({ device }) => below(device, stack));
  return new Set(
    sources.flatMap((source) => {
      const disk = disks.find(({ device }) => device === source);
      if (disk) return [disk.parent ?? disk.device];
      const [ubi] = /^ubi\d+/.exec(source) ?? [];
      return ubis.flatMap(({ device, mtd }) => (device === ubi ? [mtd] : []));
    }),
  );
}
