import { LevitateError, type ErrorCode } from '../errors.js';
import { formatBytes } from './format-bytes.js';

/** What one file may make its parser do. `Infinity` where something else bounds it already. */
export interface Limits {
  /** Bytes that are read or unpacked. */
  bytes: number;
  /** Members, frames, records, headers: whatever costs work even where it holds nothing. */
  entries: number;
  /** Bytes of all names together: paths, symbols, keys. */
  names: number;
  /** One more entry is allowed for each so many bytes, because large files are rightly made of many pieces. */
  bytesPerEntry?: number;
}

/**
 * A bound on what one file, or one answer, may cost, because its own numbers cannot be trusted: a small file can
 * announce or unpack to any amount. A parser spends before it does the work, and the first excess ends it.
 */
export class Budget {
  readonly #spent = { bytes: 0, entries: 0, names: 0 };

  /**
   * Begins with nothing spent.
   * @param what names what is read, as the subject of a sentence
   * @param code of the error where a limit is passed
   */
  constructor(
    readonly what: string,
    readonly limits: Limits,
    readonly code: ErrorCode = 'IMAGE_CORRUPT',
  ) {}

  /** Spends bytes. @throws LevitateError of the budget's code */
  bytes(count: number): void {
    this.#spend('bytes', count, this.limits.bytes);
  }

  /** Spends entries. @throws LevitateError of the budget's code */
  entries(count = 1): void {
    const { entries, bytesPerEntry } = this.limits;
    const earned = bytesPerEntry === undefined ? 0 : Math.floor(this.#spent.bytes / bytesPerEntry);
    this.#spend('entries', count, entries + earned);
  }

  /** Spends bytes of a name. @throws LevitateError of the budget's code */
  names(length: number): void {
    this.#spend('names', length, this.limits.names);
  }

  /** A count that is no count, such as a size that wrapped, is refused like an excess. */
  #spend(kind: keyof typeof excess, count: number, limit: number): void {
    this.#spent[kind] += count;
    if (count >= 0 && this.#spent[kind] <= limit) return;
    throw new LevitateError(this.code, `${this.what} ${excess[kind](limit)}`, {
      hint: 'Nothing sound is like that, so no more of it is read. Find out where it comes from.',
      data: { what: this.what, limit: kind, most: limit },
    });
  }
}

const excess = {
  bytes: (limit: number) => `holds more than ${formatBytes(limit)}`,
  entries: (limit: number) => `consists of more than ${limit} pieces`,
  names: (limit: number) => `has names of more than ${formatBytes(limit)}`,
};
