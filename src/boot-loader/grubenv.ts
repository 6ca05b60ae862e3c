import { NotAnEnvBlock, envBlockBytes, readEnvBlock, withVariables } from './env-block.js';
import { blockSectorBytes, grubFileSystems, inGrub, isLevitates, notesOf } from './grub-block.js';
import type { EnvironmentFile, LoaderKind } from './loader.js';
import type { LoaderState } from './loader-place.js';
import { filePlace } from './places/file.js';
import { afterChange, type SlotRecord } from './slot-record.js';

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
        fileSystems: grubFileSystems,
      }),
    }),
    read: (state) => inBlock(() => recordIn(blockOf(state))),
    change: (state, change) =>
      inBlock(() => {
        const block = blockOf(state);
        const variables = variablesOf(afterChange(recordIn(block), change));
        const bytes = withVariables(block, isLevitates, variables, blockSectorBytes);
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

const variablesOf = (record: SlotRecord): Record<string, string> => ({
  lv_default: record.stable,
  ...(record.trial ? { lv_next: record.trial.slot, lv_tries: String(record.trial.left) } : {}),
  ...notesOf(record),
});

const inBlock = <T>(work: () => T): T =>
  inGrub(
    'the environment block of GRUB',
    'boot.environment of the profile says where it lies. `levitate help slots` tells how GRUB is set up for slots.',
    work,
  );
