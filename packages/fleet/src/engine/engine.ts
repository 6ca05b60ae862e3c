import type { Tx } from '../store/store.js';

/** The right to work on one device of one rollout, until it is settled. */
export interface Claim {
  /** The number of the job. */
  job: string;
  /** The rollout. */
  rollout: number;
  /** The device. */
  device: string;
}

/** What wakes a station for a device. */
export interface NewJob {
  /** The rollout. */
  rollout: number;
  /** The device. */
  device: string;
  /** What is higher comes first. */
  priority?: number;
  /** When it may be claimed; at once without it. */
  notBefore?: Date;
  /** Devices of one group work at once only as many as `limit` says. */
  group?: { id: string; limit: number };
}

/**
 * What wakes stations and gives each device to one of them. It is never the truth of anything: that is the device's journal and
 * lease, then the row of the member. Each change comes with that of a row, in one transaction of the caller.
 */
export interface Engine extends AsyncDisposable {
  /** Makes what a station needs; it may be there already. */
  prepare(station: string): Promise<void>;
  /** Puts jobs into the queue of a station; gives their numbers, in the same order. */
  enqueue(tx: Tx, station: string, jobs: readonly NewJob[]): Promise<string[]>;
  /** Takes at most so many jobs that may begin now; of each device one at a time. */
  claim(tx: Tx, station: string, max: number, groupLimits: readonly number[]): Promise<Claim[]>;
  /** Ends a claim; one that was ended already is left as it is. */
  settle(tx: Tx, station: string, claim: Claim): Promise<void>;
  /** Takes jobs that nobody has claimed out of the queue. */
  cancel(tx: Tx, station: string, jobs: readonly string[]): Promise<void>;
}
