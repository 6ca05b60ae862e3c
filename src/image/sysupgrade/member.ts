import { createHash } from 'node:crypto';
import type { Run } from '../../progress.js';
import { sha256 } from '../../shared/sha256.js';
import { chunkSize, type ByteRange, type ImageIndex, type SysupgradeMember } from '../image.js';

/** What the content of an image tells, as far as a member of an archive has it. */
type Content = Pick<ImageIndex, 'format' | 'length'> & Partial<ImageIndex>;

/** What reads the content of an image, chunk by chunk. */
export interface ReadsContent {
  push(chunk: Buffer): void;
  finish(run?: Run): Content;
}

/** A file of an archive that is an image of its own. */
export interface FoundMember {
  /** Which bytes of the archive it is. */
  within: ByteRange;
  /** Hex SHA-256 of its bytes. */
  sha256: string;
  /** Hex SHA-256 of each of its chunks. */
  chunks: string[];
  content: Content;
}

/** Reads one file of an archive while that streams past, in chunks that are counted from the file's own beginning. */
export class MemberReader {
  readonly #whole = createHash('sha256');
  readonly #chunks: string[] = [];
  #chunk = Buffer.allocUnsafe(chunkSize);
  #filled = 0;

  constructor(
    readonly name: SysupgradeMember,
    readonly within: ByteRange,
    readonly reader: ReadsContent,
  ) {}

  /** Takes the next bytes of the file. */
  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#chunk, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === chunkSize) this.#end();
    }
  }

  /** Gives what was found, after all of the file was pushed. */
  finish(): FoundMember {
    if (this.#filled > 0) this.#end();
    return {
      within: this.within,
      sha256: this.#whole.digest('hex'),
      chunks: this.#chunks,
      content: this.reader.finish(),
    };
  }

  #end(): void {
    const chunk = this.#chunk.subarray(0, this.#filled);
    this.#whole.update(chunk);
    this.#chunks.push(sha256(chunk));
    this.reader.push(chunk);
    this.#chunk = Buffer.allocUnsafe(chunkSize);
    this.#filled = 0;
  }
}
