import type { Behind, FlashPlan } from './plan.js';

/**
 * How far a job has come. It outlives the link: what the device told or took over one connection is not asked for again
 * over the next.
 */
export class Course {
  /** How many chunks, hashes and headers have come through for the first time; a link that adds to it is no failure. */
  progress = 0;
  /** What is on the medium, in the order of the image: as it was read, then as the device acknowledged it. */
  onMedium: Hash[] = [];
  /** What there is behind the end of the image; what was cleared of it is no longer listed. */
  behind: Behind = { remains: [], lost: [] };
  /** Whether all of that was read, or enough to know that it is something else. */
  compared = false;
  /** What was planned before the first write. */
  plan: FlashPlan | undefined;
  /** Chunks that were sent and not acknowledged; a cut leaves open what became of them. */
  unsure = new Set<number>();
  /** Chunks of a stream that were acknowledged, from the first one on. */
  streamed = 0;
  sentBytes = 0;
  /** Whether a connection found a write of this image waiting on the device. */
  resumed = false;
  /** How far the write is: begun, all of it sent, all of it on the medium. */
  write: 'none' | 'begun' | 'sent' | 'finished' = 'none';
  /** What was read back after the write. */
  readBack: Hash[] = [];
  verified = false;
  /** Erase counter headers as hex, before the first write and after the last. */
  before: string[] = [];
  after: string[] = [];
  writeSeconds = 0;
  verifySeconds = 0;
}

/** The SHA-256 of a chunk; for UBI of a group of eraseblocks, with the physical one that the next group begins at. */
export interface Hash {
  sha256: string;
  next?: number;
}
