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

/** The slots of a device, as it tells them. Pure. */
export const slotViews = ({ reading, record, current }: KnownSlots): SlotView[] =>
  reading.slots.map(({ slot, place }) => {
    const state = opinionOf(record, slot);
    return {
      slot,
      ...place,
      runs: slot === current,
      state,
      ...(state === 'trial' && record.trial ? { triesLeft: record.trial.left } : {}),
    };
  });
