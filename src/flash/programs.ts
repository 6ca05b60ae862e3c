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

/** The programs of mtd-utils that the flasher calls for an MTD without UBI. */
export const mtdPrograms: readonly TargetProgram[] = [
  { name: 'flash_erase' },
  { name: 'flash_unlock' },
];
