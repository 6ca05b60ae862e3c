import type { VariableTable } from './variable-table.js';

/** The names of the tables of variables that levitate knows. */
export const presetNames = ['bootcount', 'mender', 'rauc', 'linksys'] as const;

/** The name of a table of variables. */
export type PresetName = (typeof presetNames)[number];

/** What U-Boot itself counts a trial by: at more than `bootlimit` starts it runs `altbootcmd` (doc/README.bootcount of U-Boot). */
const counted = {
  counts: 'bootcount',
  trial: { upgrade_available: '1', bootcount: '0', bootlimit: '$tries' },
  start: { upgrade_available: '0', bootcount: '0' },
  // Without it U-Boot stops at its prompt for ever.
  needs: { altbootcmd: '' },
};

/**
 * Gives a table of variables. Pure.
 * @param slots the names of both slots in the profile
 */
export function presetTable(name: PresetName, [first = '', second = '']: string[]): VariableTable {
  const { counts, needs } = counted;
  switch (name) {
    // U-Boot's own, with the slot in a variable of a script (CONFIG_BOOTCOUNT_LIMIT, CONFIG_BOOTCOUNT_ENV).
    case 'bootcount':
      return {
        ...{ starts: 'slot', counts, needs },
        try: { slot: '$slot', ...counted.trial },
        start: { slot: '$slot', ...counted.start },
      };
    // meta-mender-core/recipes-bsp/u-boot of Mender.
    case 'mender': {
      const part = { mender_boot_part: '$slot', mender_boot_part_hex: '$slot' };
      return {
        ...{ starts: 'mender_boot_part', counts, needs },
        try: { ...part, ...counted.trial },
        start: { ...part, ...counted.start },
      };
    }
    // contrib/uboot.sh of RAUC, which counts down at each start, on trial or not.
    case 'rauc':
      return {
        ...{ starts: 'BOOT_ORDER', counts: 'BOOT_${slot}_LEFT' },
        try: { BOOT_ORDER: '$slot $other', 'BOOT_${slot}_LEFT': '$tries' },
        start: { BOOT_ORDER: '$order', 'BOOT_${slot}_LEFT': '3' },
      };
    // As OpenWrt drives the loader of these routers (linksys.sh); it falls back after three starts that nobody called good.
    case 'linksys': {
      const both = {
        boot_part: '$slot',
        bootcmd: { [first]: 'run nandboot', [second]: 'run altnandboot' },
      };
      return { starts: 'boot_part', try: both, start: both, needs: { auto_recovery: 'yes' } };
    }
  }
}
