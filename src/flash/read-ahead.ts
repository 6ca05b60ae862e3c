import type { Context, Job } from './kind.js';

/** How many chunks are asked for before the first of them is there: the device always has some to read. */
const ahead = 16;

/**
 * Reads chunks of a job's medium in their order, some ahead of those that are used. Each is given when it is used, so that
 * what was read of a chunk is never counted after that chunk was written.
 */
export class ReadAhead {
  readonly #asked = new Map<number, Promise<{ sha256: string; seconds: number }>>();
  #next = 0;
  #readAt = 0;

  /** @param wanted the chunks, in their order */
  constructor(
    private readonly context: Context,
    private readonly job: Job,
    private readonly wanted: readonly number[],
  ) {}

  /**
   * Gives the SHA-256 of a chunk in hex; those before it are given up.
   * @throws LevitateError CONNECTION_LOST, VERIFY_FAILED where it cannot be read
   */
  async read(index: number): Promise<string> {
    const at = this.wanted.indexOf(index, Math.max(0, this.#next - ahead));
    for (; this.#next < Math.min(this.wanted.length, at + ahead); this.#next += 1)
      void this.#ask(this.wanted[this.#next]!);
    const asked = this.#asked.get(index) ?? this.#ask(index);
    this.#asked.delete(index);
    const { sha256, seconds } = await asked;
    this.job.state.pace.noteRead(seconds);
    return sha256;
  }

  #ask(index: number): Promise<{ sha256: string; seconds: number }> {
    const askedAt = performance.now();
    const asked = this.context.flasher.readChunk(this.job.image.length, index).then((sha256) => {
      const now = performance.now();
      const seconds = (now - Math.max(askedAt, this.#readAt)) / 1000;
      this.#readAt = now;
      return { sha256, seconds };
    });
    // One that nobody comes to use fails for nobody.
    asked.catch(() => undefined);
    this.#asked.set(index, asked);
    return asked;
  }
}
