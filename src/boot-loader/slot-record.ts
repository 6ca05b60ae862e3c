import type { SlotRefusal } from './refusal.js';

/** A slot on trial: the loader starts it as often as it is left, and the stable one after that. */
export interface Trial {
  /** The slot that is tried. */
  slot: string;
  /** How often the loader will still start it. */
  left: number;
}

/** What a boot loader has noted of slots. */
export interface SlotRecord {
  /** The slot that it starts where no trial is running. */
  stable: string;
  /** The slot that was written last and not confirmed since; with no tries left, it has failed, or was taken back. */
  trial?: Trial;
  /** The slot of which a write was begun and not read back. */
  unfinished?: string;
  /** The slot that was the stable one before, and was not written since. */
  previous?: string;
}

/** A change of what a loader has noted: each is one write of one record. */
export type SlotChange =
  | {
      /** The slot is about to be written: it does not start any more. */
      do: 'disarm';
      slot: string;
    }
  | {
      /** The slot was read back whole: it starts, so many times. */
      do: 'stage-try';
      slot: string;
      tries: number;
    }
  | {
      /** The slot is the one that starts from now on. */
      do: 'confirm';
      slot: string;
    }
  | {
      /** This slot starts: the other one is not tried any more, or is the one before from now on. */
      do: 'rollback';
      slot: string;
    };

/** Gives what is noted after a change; the same change once more changes nothing. Pure. */
export function afterChange(record: SlotRecord, change: SlotChange): SlotRecord {
  const { stable, trial, unfinished, previous } = record;
  const { slot } = change;
  const rest = noted({ unfinished, previous }, slot);
  switch (change.do) {
    case 'disarm':
      return { stable, trial: { slot, left: 0 }, unfinished: slot, ...noted({ previous }, slot) };
    case 'stage-try':
      return { stable, trial: { slot, left: change.tries }, ...rest };
    case 'confirm':
      return slot === stable ? record : { stable: slot, ...rest, previous: stable };
    case 'rollback':
      if (slot !== stable) return { stable: slot, ...rest, previous: stable };
      return trial ? { ...record, trial: { ...trial, left: 0 } } : record;
  }
}

/** What of this is known, and is no word about one slot. */
const noted = <T extends object>(words: T, slot: string): { [K in keyof T]?: string } =>
  Object.fromEntries(
    Object.entries(words).filter(([, about]) => about !== undefined && about !== slot),
  ) as { [K in keyof T]?: string };

/** What the loader would do with a slot. */
export type SlotOpinion = 'starts' | 'trial' | 'failed' | 'unfinished' | 'previous' | 'unknown';

/** Tells what a loader's record says of one slot. Pure. */
export function opinionOf(record: SlotRecord, slot: string): SlotOpinion {
  const { stable, trial, unfinished, previous } = record;
  if (slot === stable) return 'starts';
  if (slot === unfinished) return 'unfinished';
  if (slot === trial?.slot) return trial.left > 0 ? 'trial' : 'failed';
  return slot === previous ? 'previous' : 'unknown';
}

/** The slot that a system runs from, and what its loader has noted. */
export interface SlotState {
  current: string;
  record: SlotRecord;
}

/**
 * Tells which slot is to be written; or why none is. Pure.
 * @param slots the names of both
 */
export function slotToWrite({ current, record }: SlotState, slots: string[]): string | SlotRefusal {
  const { stable, trial } = record;
  if (current !== stable)
    return current === trial?.slot
      ? {
          message: `slot ${current} runs on trial, and nobody has confirmed it`,
          hint: 'levitate confirm HOST PROFILE keeps it, levitate rollback HOST PROFILE leads back to the other one.',
        }
      : {
          message: `slot ${current} runs, and the boot loader would start slot ${stable}`,
          hint: 'Another update may be under way, or somebody chose at the console. Reboot the device, and look again: levitate slots HOST PROFILE.',
        };
  const other = slots.find((slot) => slot !== current);
  return (
    other ?? { message: 'there is no other slot', hint: 'boot.slots of the profile names two.' }
  );
}

/** The slot that a rollback leads to; or why there is none. Pure. */
export function slotToRollBackTo(
  { current, record }: SlotState,
  slots: string[],
): string | SlotRefusal {
  const { stable, trial } = record;
  // A slot on trial, whether it runs or waits for the reboot: the stable one was never touched.
  if (current !== stable || (trial && trial.left > 0)) return stable;
  const other = slots.find((slot) => slot !== current) ?? current;
  const opinion = opinionOf(record, other);
  return opinion === 'previous'
    ? other
    : {
        message: `slot ${other} ${notGood[opinion]}`,
        hint: 'The running slot is the only one that is known to be good. levitate deploy writes the other one anew.',
      };
}

/** Why a rollback does not lead to a slot. */
const notGood: Record<Exclude<SlotOpinion, 'previous'>, string> = {
  starts: 'is the one that starts',
  trial: 'waits for its trial',
  failed: 'was never confirmed since it was written',
  unfinished: 'was begun to be written, and not read back whole',
  unknown: 'was never started by levitate: nobody knows what is in it',
};
