import type { BootLoader } from '../../boot-loader/loader.js';
import { loaderOf } from '../../boot-loader/loaders.js';
import { afterWrite } from '../../boot-loader/loader-place.js';
import type { SlotRefusal } from '../../boot-loader/refusal.js';
import type { SlotChange, SlotState } from '../../boot-loader/slot-record.js';
import { readSlots, writePlace, type SlotReading } from '../../device/slot-script.js';
import { LevitateError } from '../../errors.js';
import type { BootSpec, Profile } from '../../profile/profile.js';
import { retryOnce } from '../../shared/poll.js';
import type { Transport } from '../../ssh/transport.js';

/** What is known of the slots of a device at one moment. */
export interface KnownSlots extends SlotState {
  /** What the profile says of them. */
  boot: BootSpec;
  /** The boot loader. */
  loader: BootLoader;
  /** What was read, and the places that decide. */
  reading: SlotReading;
}

/**
 * The part of a profile about slots.
 * @throws LevitateError SLOT_REFUSED where it has none
 */
export function bootOf({ boot, name }: Profile): BootSpec {
  if (boot) return boot;
  throw new LevitateError('SLOT_REFUSED', `the profile ${name} names no slots`, {
    hint: 'It needs `boot`, with the boot loader and two slots: levitate help slots.',
  });
}

/**
 * Reads the slots of a device and what its boot loader has noted, as root; nothing on the device changes.
 * @param before in maintenance, what was known in the running system
 * @throws LevitateError BOOT_LOADER_UNKNOWN, and SLOT_REFUSED where nobody can tell which slot runs
 */
export async function knownSlots(
  transport: Transport,
  boot: BootSpec,
  before?: KnownSlots,
): Promise<KnownSlots> {
  const loader = loaderOf(boot);
  const reading = await retryOnce(() => readSlots(transport, boot, loader, before?.reading));
  const record = loader.read(reading.state);
  const noted = [record.stable, record.trial?.slot, record.unfinished, record.previous];
  const stranger = noted.find((slot) => slot !== undefined && !Object.hasOwn(boot.slots, slot));
  if (stranger !== undefined)
    throw new LevitateError(
      'BOOT_LOADER_UNKNOWN',
      `the boot loader has noted the slot ${stranger}, and the profile names ${Object.keys(boot.slots).join(' and ')}`,
      { hint: 'boot.slots of the profile has the names that the boot loader knows.' },
    );
  return { boot, loader, reading, record, current: currentSlot(loader, reading) };
}

/** The slot that the running system stands on, by its root and by what the boot loader says: these must agree. Pure. */
function currentSlot(loader: BootLoader, { slots, started: told, state }: SlotReading): string {
  const started = loader.started?.(state) ?? told;
  const runs = slots.find((slot) => slot.runs)?.slot;
  if (runs !== undefined && started !== undefined && runs !== started)
    throw new LevitateError(
      'SLOT_REFUSED',
      `the root of the running system lies on slot ${runs}, and its boot loader says that it has started slot ${started}`,
      { hint: 'boot.slots of the profile says where each slot has its root.' },
    );
  const current = runs ?? started;
  if (current !== undefined && slots.some(({ slot }) => slot === current)) return current;
  throw new LevitateError(
    'SLOT_REFUSED',
    'nothing tells which slot runs: the root of the running system lies on none of them',
    {
      hint: 'boot.slots of the profile says where each slot has its root. Of a root that is an overlay the boot loader must say it, by levitate.slot=NAME for the kernel.',
    },
  );
}

/**
 * Makes one change of what the boot loader has noted, and reads it back.
 * @returns what is known after it
 * @throws LevitateError SLOT_CHANGED, BOOT_LOADER_UNKNOWN
 */
export async function changeSlots(
  transport: Transport,
  known: KnownSlots,
  change: SlotChange,
): Promise<KnownSlots> {
  const { loader } = known;
  let { reading } = known;
  for (const write of loader.change(reading.state, change)) {
    const { state } = reading;
    // After a cut nobody knows whether it was written: the same again changes nothing then.
    await retryOnce(() => writePlace(transport, reading, write));
    reading = { ...reading, state: afterWrite(state, write) };
  }
  return { ...known, reading, record: loader.read(reading.state) };
}

/**
 * Refuses, before anything is done, a device whose boot loader cannot be told to leave a slot alone.
 * @throws LevitateError BOOT_LOADER_UNKNOWN, SLOT_REFUSED
 */
export const refuseUnchangeable = ({ loader, reading }: KnownSlots, slot: string): void =>
  void loader.change(reading.state, { do: 'disarm', slot });

/**
 * Gives the slot of an answer that is one.
 * @throws LevitateError SLOT_REFUSED with the reason where it is none
 */
export function allowed(answer: string | SlotRefusal): string {
  if (typeof answer === 'string') return answer;
  throw new LevitateError('SLOT_REFUSED', answer.message, { hint: answer.hint });
}
