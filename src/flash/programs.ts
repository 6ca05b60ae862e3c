import type { TargetProgram } from './kind.js';

/** The programs of mtd-utils that the flasher calls for UBI. */
export const ubiPrograms: readonly TargetProgram[] = [
  { name: 'ubiformat' },
  { name: 'ubiattach' },
  { name: 'ubidetach' },
  { name: 'ubiupdatevol' },
  { name: 'nanddump' },
  // Not every mtd-utils has it, and only read-only root file systems on UBI need it.
  { name: 'ubiblock', optional: true },
];

/** Those that it calls for a volume: a new one is made, resized, renamed, and the old one removed. */
export const volumePrograms: readonly TargetProgram[] = [
  ...ubiPrograms,
  { name: 'ubimkvol' },
  { name: 'ubirmvol' },
  { name: 'ubirename' },
  { name: 'ubirsvol' },
];

/** The programs of mtd-utils that the flasher calls for an MTD without UBI. */
export const mtdPrograms: readonly TargetProgram[] = [
  { name: 'flash_erase' },
  { name: 'flash_unlock' },
];

/** Those that it calls for raw NAND without UBI, where the helper does not do it all. */
export const nandPrograms: readonly TargetProgram[] = [
  ...mtdPrograms,
  { name: 'nandwrite' },
  { name: 'mtdinfo' },
];
