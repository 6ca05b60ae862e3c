import { LevitateError } from '../../errors.js';
import type { BootLoader, LoaderKind, LoaderSpec } from '../loader.js';
import type { LoaderState } from '../loader-place.js';
import { NoRoom, readCopy } from './environment.js';
import { environmentPlaces, type FoundCopies } from './environment-places.js';
import { NotFwEnvConfig } from './fw-env-config.js';
import { currentCopy, writesOf, type Copies } from './pair.js';
import { presetTable } from './presets.js';
import { NoSlots, slotsIn, withChange } from './slot-variables.js';
import type { NamedSlot, VariableTable } from './variable-table.js';

/**
 * U-Boot that starts slots by variables of its environment: of a pair of copies, or of one. Each change is one write of one copy with
 * its checksum; of a pair it is the one that U-Boot does not go by.
 */
export const uBootEnv: LoaderKind = { environment: [0, 2], mostTries: 3, of: loaderOf };

function loaderOf(spec: LoaderSpec): BootLoader {
  const slots = namedSlots(spec);
  const table = tableOf(spec, slots);
  const found = (state: LoaderState) => inEnvironment(() => environmentPlaces(spec, state));
  const single = spec.acceptSingleCopy
    ? 'U-Boot starts by what was compiled into it, after a power cut in the moment in which its environment is written: there is one copy of it'
    : undefined;
  return {
    places: (state) => found(state).places,
    read: (state) =>
      inEnvironment(() => slotsIn(entriesOf(copiesIn(found(state), state, spec)), table, slots)),
    change: (state, change) =>
      inEnvironment(() => {
        const { names, mayBeObsolete } = found(state);
        const copies = copiesIn(found(state), state, spec);
        const before = entriesOf(copies);
        const after = withChange(before, table, slots, change);
        if (after.join('\0') === before.join('\0')) return [];
        return writesOf(copies, after, mayBeObsolete).map(({ copy, bytes }) => ({
          ...{ do: 'replace', place: names[copy]!, bytes },
        }));
      }),
    atCut: (state) => (found(state).names.length === 1 ? single : undefined),
  };
}

const entriesOf = (copies: Copies): readonly string[] => copies[currentCopy(copies)!]!.entries;

function copiesIn(
  { names, places }: FoundCopies,
  state: LoaderState,
  { acceptSingleCopy }: LoaderSpec,
): Copies {
  const isPair = names.length === 2;
  const of = names.map((name) => readCopy(state[name] ?? new Uint8Array(), isPair));
  const said = names.map((name) => places[name]!.said).join(' and ');
  const missing = names.find((name) => state[name] === undefined);
  if (missing !== undefined)
    throw unknown(
      `there is no ${places[missing]!.said}`,
      'U-Boot makes it: saveenv at its prompt, twice where there are two copies.',
    );
  if (currentCopy(of) === undefined) {
    const isOther = names.some((name) => readCopy(state[name]!, !isPair) !== undefined);
    throw unknown(
      `${said} ${isPair ? 'hold' : 'holds'} no whole environment of U-Boot`,
      isOther
        ? `What lies there is ${isPair ? 'no copy of two: the environment is one place' : 'one copy of two: the environment is two places'}.`
        : 'levitate writes none where none is, because U-Boot goes by what was compiled into it until then: saveenv at its prompt makes one. Are place and size what they are in /etc/fw_env.config?',
    );
  }
  if (!isPair && !acceptSingleCopy)
    throw unknown(
      `the environment of U-Boot is there once, as ${said}: after a power cut while it is written U-Boot starts by what was compiled into it`,
      'A U-Boot with two copies (CONFIG_SYS_REDUNDAND_ENVIRONMENT) has no such moment. boot.accept-single-copy: true accepts it.',
    );
  return of;
}

const namedSlots = ({ slots }: LoaderSpec): [NamedSlot, NamedSlot] => {
  const [first, second] = Object.entries(slots).map(([slot, { called = slot }]) => ({
    ...{ slot, called },
  }));
  return [first!, second!];
};

const tableOf = ({ variables = 'bootcount' }: LoaderSpec, slots: NamedSlot[]): VariableTable =>
  typeof variables === 'string'
    ? presetTable(
        variables,
        slots.map(({ slot }) => slot),
      )
    : variables;

const hint =
  'boot.environment of the profile, or /etc/fw_env.config of the device, says where the environment lies, and boot.variables what is in it: levitate help slots.';

const unknown = (message: string, what: string): LevitateError =>
  new LevitateError('BOOT_LOADER_UNKNOWN', message, { hint: what });

function inEnvironment<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof NotFwEnvConfig) throw unknown(`/etc/fw_env.config ${cause.message}`, hint);
    if (cause instanceof NoRoom || cause instanceof NoSlots)
      throw unknown(`the environment of U-Boot ${cause.message}`, hint);
    throw cause;
  }
}
