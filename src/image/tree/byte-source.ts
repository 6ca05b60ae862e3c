import { truncated } from '../image-errors.js';

/** Bytes of an archive that come one after the other, and are taken by count. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();
  #ended = false;
  /** How many bytes were taken. */
  position = 0;

  /** @param path for messages */
  constructor(
    readonly path: string,
    pieces: AsyncIterable<Uint8Array>,
  ) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Takes so many bytes; none at the end. @throws LevitateError IMAGE_TRUNCATED where it ends in between */
  async take(count: number): Promise<Buffer> {
    if (!(await this.#fill())) return Buffer.alloc(0);
    const pieces: Uint8Array[] = [];
    for await (const piece of this.pieces(count)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Takes so many bytes, as they come. @throws LevitateError IMAGE_TRUNCATED where it ends in between */
  async *pieces(count: number): AsyncGenerator<Uint8Array, void> {
    for (let left = count; left > 0;) {
      if (!(await this.#fill()))
        throw truncated(
          this.path,
          `it ends at byte ${this.position} of the archive, and ${left} more belong there`,
          undefined,
        );
      const piece = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(piece.length);
      this.position += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  /** Takes all that is left, as it comes. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    while (await this.#fill()) {
      const piece = this.#piece;
      this.#piece = new Uint8Array();
      this.position += piece.length;
      yield piece;
    }
  }

  /** Ends the reading early. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** Whether there is a byte left. */
  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0 && !this.#ended) {
      const next = await this.#pieces.next();
      if (next.done) this.#ended = true;
      else this.#piece = next.value;
    }
    return this.#piece.length > 0;
  }
}
