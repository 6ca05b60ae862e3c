import { isComparingSlower } from './sample.js';

/** How fast a medium is read and written, and how much of it differs, as far as a job has come. */
export class Pace {
  private compared = 0;
  private differing = 0;
  private reads = { chunks: 0, seconds: 0 };
  private writes = { chunks: 0, seconds: 0 };

  /** Notes a chunk that was compared. */
  noteCompared(differs: boolean): void {
    this.compared += 1;
    if (differs) this.differing += 1;
  }

  /** Notes the seconds that one chunk took the medium, from the end of the one before it or from when it was asked for. */
  noteRead(seconds: number): void {
    this.reads.chunks += 1;
    this.reads.seconds += seconds;
  }

  /** The same for sending and writing one. */
  noteWritten(seconds: number): void {
    this.writes.chunks += 1;
    this.writes.seconds += seconds;
  }

  /** Whether writing all the rest is faster than comparing it. */
  get isComparingSlower(): boolean {
    const { reads, writes } = this;
    return isComparingSlower({
      chunks: this.compared,
      differing: this.differing,
      readSeconds: reads.chunks === 0 ? 0 : reads.seconds / reads.chunks,
      writeSeconds: writes.chunks === 0 ? undefined : writes.seconds / writes.chunks,
    });
  }
}
