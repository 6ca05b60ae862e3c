import type { Facts } from '../../device/facts.js';
import type { DiskFact, ProbeFacts } from '../../device/probe-facts.js';
import type { TargetSpec } from '../../flash/target.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { absolutePathPattern } from '../../shared/schema-common.js';
import { cautionOf, isLine, mountedText, type TargetDraft } from './target-draft.js';
import { sanitised } from './target-names.js';

/** Gives the node of a block device. In sysfs the kernel writes `!` for a `/` in a name, such as `cciss!c0d0`. */
const nodeOf = (device: string): string => `/dev/${device.replaceAll('!', '/')}`;

const isPath = (text: string): boolean => new RegExp(absolutePathPattern).test(text);

/** Disks that are made of other disks, or of RAM, are not targets of their own. */
const virtualDevice = /^(dm-|md\d|drbd|bcache|loop|ram|zram|mtdblock|ubiblock|nbd|sr|fd)/;

/** Gives a draft for every disk and partition that holds no swap. Pure. */
export function diskPlaces(facts: Facts, probed: ProbeFacts): TargetDraft[] {
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
          ].join(', ') + mountedText(facts, [device]),
        spec,
        caution: readOnly
          ? 'it is read-only'
          : (backingDisk(disk, facts, probed) ?? cautionOf(label || device)),
      };
    });
}

/** Whether a label belongs to one partition only; upper and lower case count as the same. */
const isOnlyOne = (label: string, { disks }: ProbeFacts): boolean =>
  disks.filter((disk) => disk.label.toLowerCase() === label.toLowerCase()).length === 1;

/** Says which MTD lies on a disk under block2mtd, by its size; undefined where none does. */
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
  return mtd && `by its size, ${mtd.device} lies on it`;
}
