import type { BootLoader } from '../boot-loader/loader.js';
import type { LoaderPlaces, LoaderState, LoaderWrite } from '../boot-loader/loader-place.js';
import { copyPlace } from '../boot-loader/places/copy.js';
import { filePlace } from '../boot-loader/places/file.js';
import { isCode, LevitateError, type ErrorCode } from '../errors.js';
import type { BootSpec } from '../profile/profile.js';
import type { SlotSettings } from '../protocol/script-settings.js';
import { sha256 } from '../shared/sha256.js';
import { assignments, inOctal } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';
import { lastLineOf } from './hook.js';
import { factBytes, markedFacts, type FactLines } from './fact-lines.js';
import { runScript } from './run-script.js';
import { levitateFolder, readScript } from './scripts.js';

/** A slot as the device has it. */
export interface FoundSlot {
  /** Its name in the profile. */
  slot: string;
  /** Its device node, and the bytes of that; missing where there is no such device. */
  place?: { node: string; bytes: number };
  /** Whether the root of the running system lies on it. */
  runs: boolean;
}

/** What was read of slots, and of the places by which the boot loader chooses. */
export interface SlotReading {
  slots: FoundSlot[];
  /** The slot that the boot loader says it has started (`levitate.slot=` of the kernel's command line), where it does. */
  started: string | undefined;
  /** The places, and what lies in each. */
  places: LoaderPlaces;
  state: LoaderState;
}

/**
 * Reads slots, and the places by which the boot loader chooses. Nothing on the device changes.
 * @param transport to a running system or to maintenance, as root
 * @param before what was read in the running system before: what maintenance does not have is taken from there
 * @throws LevitateError BOOT_LOADER_UNKNOWN, TARGET_MISSING and the like where a place is not where the profile says; REMOTE_FAILED
 */
export async function readSlots(
  transport: Transport,
  boot: BootSpec,
  loader: BootLoader,
  before?: SlotReading,
): Promise<SlotReading> {
  let state = before ? stateOfSystem(before) : {};
  let places = loader.places(state);
  for (;;) {
    const unread = Object.fromEntries(
      Object.entries(places).filter(([name]) => !Object.hasOwn(state, name)),
    );
    const order = { verb: 'read', slots: boot.slots, places: unread } as const;
    const told = await runSlotScript(transport, order);
    state = { ...state, ...stateIn(told, unread) };
    places = loader.places(state);
    if (Object.keys(places).every((name) => Object.hasOwn(state, name)))
      return {
        slots: slotsIn(told),
        started: told.one('slot-started') || undefined,
        places,
        state,
      };
  }
}

const stateOfSystem = ({ places, state }: SlotReading): LoaderState =>
  Object.fromEntries(Object.entries(state).filter(([name]) => places[name]?.ofSystem));

const slotsIn = (told: FactLines): FoundSlot[] =>
  told.words('slot').map(([slot = '', node, bytes, runs]) => ({
    slot,
    ...(node === undefined ? {} : { place: { node, bytes: Number(bytes) } }),
    runs: runs === 'yes',
  }));

function stateIn(told: FactLines, places: LoaderPlaces): LoaderState {
  const lines = told.words('loader-bytes');
  const missing = told.all('loader-missing');
  const bytesOf = (wanted: string) =>
    Buffer.from(lines.flatMap(([name, hex = '']) => (name === wanted ? hex : [])).join(''), 'hex');
  return Object.fromEntries(
    Object.keys(places).map((name) => [name, missing.includes(name) ? undefined : bytesOf(name)]),
  );
}

/**
 * Replaces what lies in a place by one write, if it still is what was read; it is read back from the medium. The same call again
 * changes nothing.
 * @throws LevitateError SLOT_CHANGED where it is not what was read, or could not be written; and what `readSlots` throws
 */
export async function writePlace(
  transport: Transport,
  { places, state }: Pick<SlotReading, 'places' | 'state'>,
  { do: verb, place: name, bytes }: LoaderWrite,
): Promise<void> {
  const place = places[name]!;
  const order = { verb, places: { [name]: place }, old: state[name], bytes };
  const became = (await runSlotScript(transport, order)).one('loader-replaced');
  if (became === 'yes' || became === 'already') return;
  throw new LevitateError(
    'SLOT_CHANGED',
    became === 'other'
      ? `${place.said} was changed by somebody else meanwhile`
      : `${place.said} could not be written, or does not keep what was written`,
    {
      hint: 'levitate slots HOST PROFILE shows what the boot loader goes by now. Where it cannot be written, look at the medium: dmesg.',
    },
  );
}

/**
 * Whether a slot that does not run has a file; undefined where that cannot be seen, as of a file system that only a write would mount.
 * @param file its path in the slot's root
 */
export async function slotHasFile(
  transport: Transport,
  boot: BootSpec,
  slot: string,
  file: string,
): Promise<boolean | undefined> {
  const fileSystems = ['ext4', 'ext3', 'ext2', 'squashfs'];
  const device = boot.slots[slot]!.root;
  const places: LoaderPlaces = { slot: filePlace({ device, file, bytes: 0, fileSystems }) };
  const told = await runSlotScript(transport, { verb: 'look', places }).catch((error: unknown) => {
    if (isCode(error, 'CONNECTION_LOST')) throw error;
    return undefined;
  });
  return told && told.one('slot-file') === 'yes';
}

/**
 * Copies the files of a slot that its boot loader reads from a partition of its own, where they differ, and compares them past the cache.
 * The slot must not start meanwhile.
 * @throws LevitateError SLOT_REFUSED where the slot lacks one of them, WRITE_FAILED where one could not be written
 */
export async function copySlotFiles(
  transport: Transport,
  boot: BootSpec,
  slot: string,
): Promise<void> {
  const { root, copies } = boot.slots[slot]!;
  for (const [from, to] of Object.entries(copies?.files ?? {})) {
    const places = { copy: copyPlace({ device: copies!.onto, file: to, root, source: from }) };
    const told = await runSlotScript(transport, { verb: 'copy', places });
    const copied = told.one('slot-copied');
    if (copied === 'missing')
      throw new LevitateError(
        'SLOT_REFUSED',
        `slot ${slot} has no ${from}, without which the boot loader cannot start it`,
        {
          hint: 'It was written as its image is, and does not start. Write an image that has the file.',
        },
      );
    if (copied !== 'yes')
      throw new LevitateError(
        'WRITE_FAILED',
        `${to} on ${copies!.onto} could not be made a copy of ${from} of slot ${slot}`,
        { hint: 'Is there room on that partition, and is its file system sound? dmesg tells.' },
      );
  }
}

interface Order {
  verb: 'read' | 'look' | 'copy' | LoaderWrite['do'];
  slots?: BootSpec['slots'];
  places: LoaderPlaces;
  old?: Uint8Array | undefined;
  bytes?: Uint8Array;
}

async function runSlotScript(
  transport: Transport,
  { verb, slots = {}, places, old, bytes = new Uint8Array() }: Order,
): Promise<FactLines> {
  const settings: SlotSettings = {
    LEVITATE_VERB: verb,
    LEVITATE_SLOTS: rootsOf(slots),
    LEVITATE_PLACES: placeLines(places),
    LEVITATE_OLD: old ? sha256(old) : 'missing',
    LEVITATE_NEW: inOctal(bytes),
  };
  const kinds = new Set(Object.values(places).flatMap(({ kind, uses = [] }) => [...uses, kind]));
  const parts = [
    ...['flasher/bytes.sh', 'flasher/block.sh'].map((name) => `${levitateFolder}/${name}`),
    ...[...kinds].map((kind) => `remote/places/${kind}.sh`),
    'remote/slots.sh',
  ];
  const script = [...assignments(settings), ...(await Promise.all(parts.map(readScript)))].join(
    '\n',
  );
  const answer = await runScript(transport, script, { timeoutMs: 600_000, maxBytes: factBytes });
  const told = markedFacts(answer);
  const [code, ...message] = told.one('slot-refusal').split(' ');
  if (code)
    throw new LevitateError(code as ErrorCode, message.join(' '), {
      hint: 'boot.environment and boot.slots of the profile say where things are: levitate help slots.',
    });
  if (answer.code !== 0)
    throw new LevitateError(
      'REMOTE_FAILED',
      `the device could not be asked for its slots: ${lastLineOf(answer.stderr)}`,
      { hint: 'levitate guesses nothing of a boot loader.', data: { stderr: answer.stderr } },
    );
  return told;
}

const placeLines = (places: LoaderPlaces): string =>
  Object.entries(places)
    .map(([name, { kind, words }]) => [name, kind, ...words].join(' '))
    .join('\n');

const rootsOf = (slots: BootSpec['slots']): string =>
  Object.entries(slots)
    .map(([slot, { root }]) => `${slot} ${root}`)
    .join('\n');
