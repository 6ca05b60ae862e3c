import { Pace } from './pace.js';
import { Stopwatch } from './stopwatch.js';
import { WirePace } from './wire-pace.js';
import type { Behind, FlashPlan, OnMedium, Way } from './steps.js';

/**
 * How far a job has come. It outlives the link: what the device told or took over one connection is not asked for again
 * over the next.
 */
export class JobState {
  /**
   * How many chunks, hashes and headers have come through for the first time; while a link adds to it, a cut counts as
   * none.
   */
  progress = 0;
  /** The pieces of a stream's medium that were read for the comparison, in the order of the image. */
  read: Hash[] = [];
  /** Whether chunks are compared ahead of the write; where they are not, those that were not compared count as differing. */
  comparesAhead = false;
  /** Hex SHA-256 of the chunks as the comparison found them, by their numbers. */
  found = new Map<number, string>();
  /** How the comparison goes, and how long reading and writing a chunk takes. */
  pace = new Pace();
  /** What the image leaves alive behind its end, as it was found before the first write. */
  behind: Behind = { remains: [], lost: [] };
  /** Chunks that were read from the medium since they were last written, and are those of the image. */
  proven = new Set<number>();
  /** Chunks that were read back and are not those of the image. */
  wrong = new Set<number>();
  /** Chunks that are being read back now; a cut ends that. */
  proving = new Map<number, Promise<void>>();
  /** What is on the medium: as it was read, then as the device acknowledged it. What was cleared is no longer listed. */
  onMedium: OnMedium = { chunks: [], remains: [], lost: [] };
  /** Whether the medium was read, or enough of it to know that it holds something else. */
  compared = false;
  /** Which way it is written, and why: a sentence for people without a full stop. */
  way: Way = { way: 'full', why: 'nothing was compared' };
  /** What was planned before the first write; what was compared ahead of it is counted in afterwards. */
  plan: FlashPlan | undefined;
  /** Chunks that were sent and not acknowledged; after a cut it is not known whether they were written. */
  unsure = new Set<number>();
  /** How long the chunks take that are under way, from being compressed to being acknowledged. */
  stopwatch = new Stopwatch();
  /** How many chunks of a stream were acknowledged, from the first one on. */
  streamed = 0;
  /** Bytes of the chunks that were acknowledged; a chunk that was written twice counts twice. */
  sentBytes = 0;
  /** How chunks go over the link. */
  wire = new WirePace();
  /** Whether a connection found a write of this image waiting on the device. */
  resumed = false;
  /** How far the write is: begun, all of it sent, all of it on the medium. */
  write: 'none' | 'begun' | 'sent' | 'finished' = 'none';
  /** The pieces that were read back after the write. */
  readBack: Hash[] = [];
  /** How many names of a tree were read back over one connection at most. */
  listed = 0;
  /** Whether the rescue of the disk was overwritten. */
  rescueEnded = false;
  /** Whether all that was read back is the image, and the device has noted so. */
  verified = false;
  /** Erase counter headers as hex, one for each eraseblock, before the first write. */
  before: string[] = [];
  /** The same after the last write. */
  after: string[] = [];
  /** Seconds of writing, over all connections. */
  writeSeconds = 0;
  /** Seconds of reading back, over all connections. */
  verifySeconds = 0;
}

/** One piece of a medium, as the flasher read it. */
export interface Hash {
  /** Hex SHA-256 of its bytes. */
  sha256: string;
  /** The place at which the next piece begins, where that does not follow from the number of the piece. */
  next?: number;
}
