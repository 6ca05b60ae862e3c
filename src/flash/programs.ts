import type { TargetProgram } from './kind.js';

/** What the flasher calls for UBI, of mtd-utils. */
export const ubiPrograms: readonly TargetProgram[] = [
  { name: 'ubiformat' },
  { name: 'ubiattach' },
  { name: 'ubidetach' },
  { name: 'ubiupdatevol' },
  { name: 'nanddump' },
  // Not every mtd-utils has it, and only read-only roots on UBI stand on one.
  { name: 'ubiblock', optional: true },
];

/** What the flasher calls for an MTD without UBI, of mtd-utils. */
export const mtdPrograms: readonly TargetProgram[] = [
  { name: 'flash_erase' },
  { name: 'flash_unlock' },
];
