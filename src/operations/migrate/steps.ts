import type { MigrateSpec, Profile } from '../../profile/profile.js';
import type { CutOutcome } from '../../flash/rescue/plan.js';
import type { Migration } from '../../protocol/migration-file.js';
import { commandText } from '../../device/device-command.js';

/** A step of a migration, how it is undone, and where a power cut in it leads to. */
export interface MigrationStep {
  /** Which step it is. */
  do:
    | 'check'
    | 'before'
    | 'keep'
    | 'enter'
    | 'free'
    | 'write'
    | 'carry'
    | 'after'
    | 'switch'
    | 'try'
    | 'confirm';
  /** What is done: the rest of a sentence, without a stop. */
  what: string;
  /** How it is undone where it or a later one fails; missing where there is nothing to undo. */
  undo?: string;
  /** The system that starts after a power cut in it. */
  cut: Exclude<CutOutcome, 'rescue'>;
}

/**
 * The steps by which a device gets another system. Pure.
 * @param migration where the parts go
 */
export function migrationSteps(
  migration: Pick<Migration, 'node' | 'disk' | 'root' | 'coreSector' | 'core'>,
  spec: MigrateSpec,
  profile: Pick<Profile, 'keep'>,
): MigrationStep[] {
  const { node, disk, root, coreSector, core } = migration;
  const old = { cut: 'old-system' } as const;
  const texts = (list: MigrateSpec['before']) =>
    list.map((command) => `\`${commandText(command)}\``).join(', then ');
  return [
    { do: 'check', what: 'the device, the archive and what the profile requires', ...old },
    ...(spec.before.length > 0
      ? [
          {
            do: 'before' as const,
            what: `${texts(spec.before)} in the old system`,
            undo: 'by your commands alone; nothing of levitate has changed anything',
            ...old,
          },
        ]
      : []),
    ...(profile.keep
      ? [{ do: 'keep' as const, what: 'files of the old system are saved on this machine', ...old }]
      : []),
    {
      do: 'enter',
      what: 'the device goes into maintenance',
      undo: 'a reboot leads to the old system',
      ...old,
    },
    {
      do: 'free',
      what: `${node} is swap no more; its first page is kept on this machine`,
      undo: 'that page is written back, which is all that swap is known by',
      ...old,
    },
    {
      do: 'write',
      what: `a file system is made on ${node}, filled, and compared with the archive`,
      undo: `as ${node} is swap again`,
      ...old,
    },
    {
      do: 'carry',
      what: `${[...spec.carry, ...(profile.keep ? ['what flash.keep names'] : [])].join(', ') || 'the boot loader'} of the old system`,
      undo: `as ${node} is swap again`,
      ...old,
    },
    ...(spec.after.length > 0
      ? [
          {
            do: 'after' as const,
            what: `${texts(spec.after)} with the new system mounted, and ${root} for reading alone`,
            undo: `as ${node} is swap again`,
            ...old,
          },
        ]
      : []),
    {
      do: 'switch',
      what: `another GRUB goes to ${core.length / 2} unused bytes of ${disk} at sector ${coreSector}; then its first sector, in one write`,
      undo: 'the first sector is written back',
      ...old,
    },
    {
      do: 'try',
      what: 'GRUB starts the new system once, and the old one after that',
      undo: 'where it does not come up as expected, all of this is taken back in the old system',
      ...old,
    },
    {
      do: 'confirm',
      what: 'from inside of the new system: GRUB starts it from now on',
      undo: `levitate migrate --undo, as long as nobody overwrites ${root} with the old system`,
      cut: 'new-system',
    },
  ];
}
