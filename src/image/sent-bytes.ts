import { createHash } from 'node:crypto';
import { foreignOf } from './format/foreign.js';
import { sniff, sniffLength } from './format/sniff.js';
import type { Content } from './content.js';
import { TreeReader } from './tree/tree-reader.js';

/** The bytes of an image as they go to a device: of a tar archive those of the archive that is made of it, of any other its own. */
export class SentBytes {
  /** What reads the tree; absent where the image is none, and until its first bytes were read. */
  tree: TreeReader | undefined;
  readonly #read = createHash('sha256');
  #length = 0;

  /** @param path for messages */
  constructor(
    readonly path: string,
    readonly raw: boolean,
  ) {}

  /** Gives them in pieces. @throws LevitateError what reading a tree throws */
  async *of(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    const pieces = headFirst(bytes);
    try {
      const { value: head } = await pieces.next();
      if (!head) return;
      if (this.raw || !isTree(head)) {
        yield head;
        yield* pieces;
        return;
      }
      this.tree = new TreeReader(this.path);
      for await (const piece of this.tree.archive(this.#hashed(head, pieces))) {
        this.#length += piece.length;
        yield piece;
      }
    } finally {
      await pieces.return();
    }
  }

  /** What is known of a tree after all of it was read. */
  content(): Content {
    return { format: 'tar', length: this.#length, ...(this.tree ? { tree: this.tree.tree } : {}) };
  }

  /** Hex SHA-256 of the tar archive of a tree, once; undefined where the image is none. */
  sha256(): string | undefined {
    return this.tree && this.#read.digest('hex');
  }

  async *#hashed(
    head: Uint8Array,
    pieces: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void> {
    this.#read.update(head);
    yield head;
    for await (const piece of pieces) {
      this.#read.update(piece);
      yield piece;
    }
  }
}

/** An archive that says itself what else it is for is no tree. */
const isTree = (head: Uint8Array): boolean => {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, sniffLength));
  return sniff(bytes) === 'tar' && foreignOf(bytes) === undefined;
};

/** Gives enough bytes at first to tell what the image is. */
async function* headFirst(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    if (length >= sniffLength) {
      yield piece;
      continue;
    }
    held.push(piece);
    length += piece.length;
    if (length >= sniffLength) yield Buffer.concat(held);
  }
  if (length > 0 && length < sniffLength) yield Buffer.concat(held);
}
