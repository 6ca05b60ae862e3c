import { LevitateError } from '../errors.js';
import { NotAnEnvBlock, envBlockBytes, readEnvBlock, withVariables } from './env-block.js';
import type { EnvironmentFile, LoaderKind } from './loader.js';
import type { LoaderState } from './loader-place.js';
import { filePlace } from './places/file.js';
import { afterChange, type SlotRecord } from './slot-record.js';

const isOwn = (name: string): boolean => name.startsWith('lv_');

/** What a disk writes whole or not at all: all variables of levitate lie in the first of the block's sectors. */
const sectorBytes = 512;

/**
 * GRUB with a configuration that starts slots by variables of its environment block: `lv_default`, and for a trial `lv_next` and
 * `lv_tries` (docs/how-to/slots/grub.cfg). GRUB itself writes the block in place, sector by sector (commands/loadenv.c), and so
 * does levitate.
 */
export const grubenv: LoaderKind = {
  environment: [1, 1],
  mostTries: 3,
  of: ({ environment: [block] }) => ({
    places: () => ({
      block: filePlace({
        // The profile names a file.
        ...(block as EnvironmentFile),
        bytes: envBlockBytes,
        // GRUB's save_env refuses other places by leaving the block as it is, and a one-time choice would then last for ever.
        fileSystems: ['ext4', 'ext3', 'ext2', 'vfat'],
      }),
    }),
    read: (state) => inBlock(() => recordIn(blockOf(state))),
    change: (state, change) =>
      inBlock(() => {
        const block = blockOf(state);
        const variables = variablesOf(afterChange(recordIn(block), change));
        const bytes = withVariables(block, isOwn, variables, sectorBytes);
        return [{ do: 'replace', place: 'block', bytes }];
      }),
  }),
};

function blockOf({ block }: LoaderState): Uint8Array {
  if (block) return block;
  throw new NotAnEnvBlock('is not there');
}

function recordIn(block: Uint8Array): SlotRecord {
  const found: Record<string, string> = {};
  for (const item of readEnvBlock(block)) if ('name' in item) found[item.name] = item.value;
  const stable = found['lv_default'] ?? '';
  const slot = found['lv_next'] ?? '';
  const left = found['lv_tries'] ?? '';
  const unfinished = found['lv_unfinished'] ?? '';
  const previous = found['lv_previous'] ?? '';
  if (stable === '') throw new NotAnEnvBlock('has no lv_default, by which GRUB starts a slot');
  return {
    stable,
    // As the configuration reads it: what is no number from 1 to 9 is no try.
    ...(slot === '' ? {} : { trial: { slot, left: /^[1-9]$/.test(left) ? Number(left) : 0 } }),
    ...(unfinished === '' ? {} : { unfinished }),
    ...(previous === '' ? {} : { previous }),
  };
}

const variablesOf = ({
  stable,
  trial,
  unfinished,
  previous,
}: SlotRecord): Record<string, string> => ({
  lv_default: stable,
  ...(trial ? { lv_next: trial.slot, lv_tries: String(trial.left) } : {}),
  ...(unfinished === undefined ? {} : { lv_unfinished: unfinished }),
  ...(previous === undefined ? {} : { lv_previous: previous }),
});

function inBlock<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof NotAnEnvBlock)) throw cause;
    throw new LevitateError(
      'BOOT_LOADER_UNKNOWN',
      `the environment block of GRUB ${cause.message}`,
      {
        hint: 'boot.environment of the profile says where it lies. `levitate help slots` tells how GRUB is set up for slots.',
        cause,
      },
    );
  }
}
