/** What devices tell of their flash. */
import type { FlashHealth } from '../../../../src/device/gather-wear.js';
import { parseFlashHealth } from '../../../../src/device/gather-wear.js';
import { nothingElse, told, withOwed } from '../../device/told.js';

export const healthOf = (...lines: string[]): FlashHealth =>
  parseFlashHealth(
    told(
      withOwed(
        ['levitate-facts=1', 'state=normal', ...lines, 'wear-end=yes', 'end=yes'].join('\n'),
      ),
    ),
    nothingElse,
  );

/** What a device with one of each tells. */
export const everyKindText = [
  'mtd=mtd0 00100000 00010000 u-boot',
  'mtd-type=mtd0 nor',
  'mtd-health=mtd0 0 0 0 0',
  'mtd-node=mtd0 /dev/mtd0ro',
  'mtd=mtd3 03000000 00020000 ubi',
  'mtd-type=mtd3 nand',
  'mtd-health=mtd3 3 4 0 12',
  'mtd-node=mtd3 /dev/mtd3',
  'mtd-holds-ubi=mtd3',
  'ubi=ubi0 mtd3',
  'ubi-health=ubi0 9 3 17',
  'wear-disk=mmcblk0 15269888 8GTF4R',
  'mmc=mmcblk0 MMC 0x01 0x02 0x01',
  'wear-disk=mmcblk1 62333952 SC32G',
  'mmc=mmcblk1 SD - - -',
  'wear-disk=nvme0n1 500118192 ACME SSD',
  'nvme-smart=nvme0n1 nvme {"avail_spare":98,"percent_used":12,"media_errors":0}',
  'wear-disk=vda 98304 ',
];

/** A device with one of each. */
export const everyKind = healthOf(...everyKindText);
