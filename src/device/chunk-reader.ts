import { PassThrough } from 'node:stream';
import { LevitateError } from '../errors.js';
import { isReply } from '../protocol/parse-reply.js';
import type { Transport } from '../ssh/transport.js';
import { callFlasher } from './flasher.js';

/** A chunk that was asked for, and has not been told yet. */
interface Wanted {
  index: number;
  resolve(sha256: string): void;
  reject(error: unknown): void;
}

/** One call of the flasher that reads the chunks of a target which it is asked for, one after the other. */
export class ChunkReader {
  readonly #lines = new PassThrough();
  readonly #wanted: Wanted[] = [];
  readonly #ended: Promise<unknown>;
  readonly #over = new AbortController();
  #failure: unknown;

  /**
   * @param length bytes of the image
   * @param args the flasher's arguments for the target
   */
  constructor(transport: Transport, length: number, args: string[], stop?: AbortSignal) {
    const signals = [this.#over.signal, ...(stop ? [stop] : [])];
    const call = callFlasher(transport, ['chunks', length, ...args], {
      stdin: this.#lines,
      onReply: (reply) => {
        if (isReply(reply, 'chunk')) this.#told(reply.index, reply.sha256);
      },
      signal: AbortSignal.any(signals),
    });
    this.#ended = call.then(
      () => this.#fail(noMore()),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Why no more chunks are read; undefined while they are. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Asks for a chunk; gives its SHA-256 in hex. */
  read(index: number): Promise<string> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure as Error);
    return new Promise((resolve, reject) => {
      this.#wanted.push({ index, resolve, reject });
      this.#lines.write(`${index}\n`);
    });
  }

  /** Ends the call, and waits for its end; what was not told yet is not waited for. */
  async close(): Promise<void> {
    if (this.#wanted.length > 0) this.#over.abort(noMore());
    this.#lines.end();
    await this.#ended;
  }

  /** @throws LevitateError FLASHER_FAILED for a chunk that is not the next one that was asked for */
  #told(index: number, sha256: string): void {
    const next = this.#wanted.shift();
    if (next?.index === index) return next.resolve(sha256);
    const error = new LevitateError(
      'FLASHER_FAILED',
      `the flasher tells of chunk ${index} where ${next ? `${next.index} comes next` : 'none was asked for'}`,
    );
    next?.reject(error);
    throw error;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#wanted.splice(0)) reject(this.#failure);
  }
}

const noMore = (): LevitateError => new LevitateError('CONNECTION_LOST', 'no more chunks are read');
