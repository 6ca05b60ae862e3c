/** Where a device of a rollout is. */
export type MemberState =
  | 'waiting'
  | 'queued'
  | 'preparing'
  | 'writing'
  | 'confirming'
  | 'done'
  | 'failed'
  | 'refused'
  | 'offline';

/** Where a rollout is. */
export type RolloutState = 'running' | 'paused' | 'stopped' | 'done';

/** As SQL: a device that a station works on, or is about to. */
export const openStates = "('queued', 'preparing', 'writing', 'confirming')";

/** As SQL: a device has ended, now. Its number tells the order even where the clock of the database was set back. */
export const endNow = "ended_at = now(), ended_no = nextval('ending')";

/** As SQL: a device that a station works on. */
export const workStates = "('preparing', 'writing', 'confirming')";
