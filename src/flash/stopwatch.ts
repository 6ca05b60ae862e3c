/**
 * Measures how long each chunk takes that is under way: from when it is about to go, or from the end of the one before it if that
 * is later.
 */
export class Stopwatch {
  readonly #begun = new Map<number, number>();
  #endedAt = 0;

  /** @param now a clock in milliseconds that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes that a chunk is about to go. */
  begin(index: number): void {
    this.#begun.set(index, this.now());
  }

  /**
   * Notes that a chunk is on the medium.
   * @returns its seconds; undefined for one that is not under way
   */
  end(index: number): number | undefined {
    const begun = this.#begun.get(index);
    if (begun === undefined) return undefined;
    this.#begun.delete(index);
    const now = this.now();
    const seconds = (now - Math.max(begun, this.#endedAt)) / 1000;
    this.#endedAt = now;
    return seconds;
  }

  /** Forgets what is under way, when a cut has ended that: how long it takes to connect again says nothing of a chunk. */
  forget(): void {
    this.#begun.clear();
  }
}
