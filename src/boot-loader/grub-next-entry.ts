import { dirname } from 'node:path/posix';
import { NotAnEnvBlock, envBlockBytes, readEnvBlock, withVariables } from './env-block.js';
import { blockSectorBytes, grubFileSystems, inGrub, isLevitates, notesOf } from './grub-block.js';
import type { BootLoader, EnvironmentFile, LoaderKind, LoaderSpec } from './loader.js';
import type { LoaderState } from './loader-place.js';
import { filePlace } from './places/file.js';
import { afterChange, type SlotRecord } from './slot-record.js';

/** What GRUB calls the entry of a slot (docs/how-to/slots/custom.cfg). */
const entryOf = (slot: string): string => `levitate-${slot}`;

/**
 * GRUB with the grub.cfg that a distribution's grub-mkconfig makes (util/grub.d/00_header.in): it starts the entry in `saved_entry`, and
 * once the one in `next_entry`, which it takes away before that. The entries of the slots stand in custom.cfg, so that grub.cfg stays
 * the distribution's.
 */
export const grubNextEntry: LoaderKind = {
  environment: [1, 1],
  mostTries: 1,
  of: (spec): BootLoader => ({
    places: () => {
      const block = spec.environment[0] as EnvironmentFile;
      const beside = (name: string) => `${dirname(block.file).replace(/\/$/, '')}/${name}`;
      return {
        block: filePlace({ ...block, bytes: envBlockBytes, fileSystems: grubFileSystems }),
        config: filePlace({
          ...block,
          file: beside('grub.cfg'),
          bytes: 'any',
          fileSystems: grubFileSystems,
        }),
        custom: filePlace({
          ...block,
          file: beside('custom.cfg'),
          bytes: 'any',
          fileSystems: grubFileSystems,
        }),
      };
    },
    read: (state) => inConfig(() => recordIn(state, spec)),
    change: (state, change) =>
      inConfig(() => {
        const variables = variablesOf(afterChange(recordIn(state, spec), change));
        const bytes = withVariables(state['block']!, isOwn, variables, blockSectorBytes);
        return [{ do: 'replace', place: 'block', bytes }];
      }),
  }),
};

const isOwn = (name: string): boolean =>
  isLevitates(name) || name === 'saved_entry' || name === 'next_entry';

function recordIn({ block, config, custom }: LoaderState, { slots }: LoaderSpec): SlotRecord {
  if (!block) throw new NotAnEnvBlock('has no environment block');
  refuseOtherConfig(textOf(config), textOf(custom), Object.keys(slots));
  const found: Record<string, string> = {};
  for (const item of readBlock(block)) if ('name' in item) found[item.name] = item.value;
  const slotOf = (entry: string | undefined) =>
    Object.keys(slots).find((slot) => entryOf(slot) === entry);
  const stable = slotOf(found['saved_entry']);
  if (stable === undefined)
    throw new NotAnEnvBlock(
      `starts ${found['saved_entry'] || 'its first entry'} by saved_entry, which is the entry of no slot`,
    );
  if (found['prev_saved_entry'])
    throw new NotAnEnvBlock('has a prev_saved_entry: somebody else has chosen what it starts next');
  const next = slotOf(found['next_entry']);
  if (found['next_entry'] && next === undefined)
    throw new NotAnEnvBlock(
      `is to start ${found['next_entry']} next, which is the entry of no slot`,
    );
  const slot = found['lv_next'] || next;
  const unfinished = found['lv_unfinished'];
  const previous = found['lv_previous'];
  return {
    stable,
    ...(slot && slot !== stable ? { trial: { slot, left: next === slot ? 1 : 0 } } : {}),
    ...(unfinished ? { unfinished } : {}),
    ...(previous ? { previous } : {}),
  };
}

function readBlock(block: Uint8Array): ReturnType<typeof readEnvBlock> {
  try {
    return readEnvBlock(block);
  } catch (cause) {
    throw cause instanceof NotAnEnvBlock
      ? new NotAnEnvBlock(`has an environment block that ${cause.message}`)
      : cause;
  }
}

const textOf = (file: Uint8Array | undefined): string => Buffer.from(file ?? []).toString('latin1');

/** Refuses a configuration that would not start slots by the block, or would start one on trial for ever. */
function refuseOtherConfig(config: string, custom: string, slots: string[]): void {
  const lacks = [
    [
      /\bsave_env\s+next_entry\b/,
      'does not take next_entry away, as the grub.cfg of grub-mkconfig does',
    ],
    [
      /\bset\s+default=["']?\$\{?saved_entry\}?["']?/,
      'does not start saved_entry: GRUB_DEFAULT=saved in /etc/default/grub, and update-grub, make it do so',
    ],
    [/\bcustom\.cfg\b/, 'does not read custom.cfg, as /etc/grub.d/41_custom makes it do'],
  ] as const;
  const missing = lacks.find(([wanted]) => !wanted.test(config));
  if (missing) throw new NotAnEnvBlock(missing[1]);
  const ids = new Set(Array.from(custom.matchAll(/--id[ =]+["']?([^\s"'{]+)/g), ([, id]) => id));
  const without = slots.find((slot) => !ids.has(entryOf(slot)));
  if (without !== undefined)
    throw new NotAnEnvBlock(`has no entry with --id ${entryOf(without)} in custom.cfg`);
}

const variablesOf = (record: SlotRecord): Record<string, string> => ({
  saved_entry: entryOf(record.stable),
  ...(record.trial && record.trial.left > 0 ? { next_entry: entryOf(record.trial.slot) } : {}),
  ...(record.trial ? { lv_next: record.trial.slot } : {}),
  ...notesOf(record),
});

const inConfig = <T>(work: () => T): T =>
  inGrub(
    'GRUB',
    "boot.environment of the profile says where grubenv lies, beside grub.cfg and custom.cfg. `levitate help slots` tells how a distribution's GRUB is set up for slots.",
    work,
  );
