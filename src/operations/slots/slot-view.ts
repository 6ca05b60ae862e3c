import { opinionOf } from '../../boot-loader/slot-record.js';
import type { KnownSlots } from './slot-state.js';

/** One slot of a device. */
export interface SlotView {
  /** Its name in the profile, and for the boot loader. */
  slot: string;
  /** Its device node; missing where the device has none. */
  node?: string;
  /** Bytes of that. */
  bytes?: number;
  /** Whether the running system stands on it. */
  runs: boolean;
  /**
   * What the boot loader makes of it: `starts` by itself; on `trial`, which starts before that one; `failed`, after a trial that
   * nobody confirmed; `unfinished`, begun to be written and not read back; `previous`, the one that started by itself before;
   * `unknown`, of which nothing is noted.
   */
  state: 'starts' | 'trial' | 'failed' | 'unfinished' | 'previous' | 'unknown';
  /** Of one on trial: how often the boot loader will still start it. */
  triesLeft?: number;
}

/** What a device tells of its slots. */
export interface SlotsTold {
  /** What starts the slots, as the profile calls it. */
  loader: string;
  /** The slots, in the order of the profile. */
  slots: SlotView[];
  /** A sentence of the moment in which a power cut leads to neither slot; missing where there is none. */
  atCut?: string;
}

/** What is known of slots, as it is told to people. Pure. */
export const toldOf = (known: KnownSlots): SlotsTold => ({
  loader: known.boot.loader,
  slots: slotViews(known),
  ...atCutOf(known),
});

/** What a power cut leads to that leads to neither slot, where there is such a moment. Pure. */
export function atCutOf({ loader, reading }: KnownSlots): { atCut?: string } {
  const atCut = loader.atCut?.(reading.state);
  return atCut === undefined ? {} : { atCut };
}

/** The slots of a device, as it tells them. Pure. */
const slotViews = ({ reading, record, current }: KnownSlots): SlotView[] =>
  reading.slots.map(({ slot, place }) => {
    // One that runs on its last try has none left, and has not failed yet.
    const onTrial = slot === current && slot === record.trial?.slot;
    const state = onTrial ? 'trial' : opinionOf(record, slot);
    return {
      slot,
      ...place,
      runs: slot === current,
      state,
      ...(state === 'trial' && record.trial ? { triesLeft: record.trial.left } : {}),
    };
  });
