import { isDeviceTree } from './device-tree.js';

const beginNode = 1;
const endNode = 2;
const property = 3;
const nop = 4;

/** Bytes of a list of names, and of a device tree; larger ones are none of a board. */
const longest = { text: 4096, tree: 1024 * 1024 };
/** Bytes of all that is kept of one FIT. */
const mostKept = 8 * 1024 * 1024;

/** A property of a node, whose name is known when the strings of the tree have come. */
interface Property {
  path: string;
  name: number;
  bytes: Buffer;
}

/** Bytes that lie somewhere in the image, and what of them has come. */
interface Range {
  from: number;
  bytes: Buffer;
}

/**
 * Tells, of a FIT that streams past, the boards that its configurations and its device trees are for: the `compatible` of each, the most
 * particular name first (U-Boot `doc/usage/fit/source_file_format.rst`; Devicetree Specification 0.4, §2.3.1 and §5). What cannot be
 * read tells of no board: whether the tree is sound is for others to say.
 */
export class FitBoards {
  #at = 0;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes that nobody wants. */
  #skip: number;
  #path: string[] = [];
  #open = true;
  #kept = 0;
  readonly #total: number;
  readonly #strings: Range;
  readonly #properties: Property[] = [];
  readonly #ranges: Range[];

  /** @param head of the image, which is a device tree */
  constructor(head: Buffer) {
    this.#total = head.readUInt32BE(4);
    this.#skip = head.readUInt32BE(8);
    const length = Math.min(head.readUInt32BE(32), longest.tree);
    this.#strings = { from: head.readUInt32BE(12), bytes: Buffer.alloc(length) };
    this.#ranges = [this.#strings];
  }

  /** Takes the next bytes. */
  push(piece: Buffer): void {
    const before = this.#at;
    this.#at += piece.length;
    this.#fill(piece, before);
    if (this.#open) this.#read(piece);
    if (before < this.#total && this.#at >= this.#total) {
      this.#open = false;
      this.#wantTrees();
      this.#fill(piece, before);
    }
  }

  /** Gives the names of each board, after all of the image was pushed; none where it names none. */
  finish(): string[][] {
    const boards = this.#properties
      .filter(
        ({ path, name }) => /^\/configurations\/[^/]*$/.test(path) && this.#is(name, 'compatible'),
      )
      .map(({ bytes }) => namesIn(bytes));
    const trees = [
      ...this.#ranges.slice(1).map(({ bytes }) => bytes),
      ...this.#properties.filter(({ name }) => this.#is(name, 'data')).map(({ bytes }) => bytes),
    ];
    for (const tree of trees.filter(isDeviceTree)) boards.push(boardOf(tree));
    return boards.filter((names) => names.length > 0);
  }

  #fill(piece: Buffer, start: number): void {
    for (const { from, bytes } of this.#ranges) {
      const [first, last] = [
        Math.max(from, start),
        Math.min(from + bytes.length, start + piece.length),
      ];
      if (first < last) piece.copy(bytes, first - from, first - start, last - start);
    }
  }

  /** Takes tokens as long as they are whole. */
  #read(piece: Buffer): void {
    let rest = this.#pending.length > 0 ? Buffer.concat([this.#pending, piece]) : piece;
    while (this.#open) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      const taken = this.#skip > 0 ? 0 : this.#token(rest);
      if (taken === 0) break;
      rest = rest.subarray(taken);
    }
    this.#pending = this.#open ? Buffer.from(rest) : Buffer.alloc(0);
  }

  /** Takes the token that these bytes begin with, and tells how long it is; 0 where more bytes have to come. */
  #token(bytes: Buffer): number {
    if (bytes.length < 4) return 0;
    const token = bytes.readUInt32BE(0);
    if (token === nop) return 4;
    if (token === endNode) {
      this.#path.pop();
      return 4;
    }
    if (token === beginNode) {
      const nameEnd = bytes.indexOf(0, 4);
      if (nameEnd < 0) return bytes.length > longest.text ? this.#stop() : 0;
      this.#path.push(bytes.toString('latin1', 4, nameEnd));
      return aligned(nameEnd + 1);
    }
    return token === property ? this.#property(bytes) : this.#stop();
  }

  #property(bytes: Buffer): number {
    if (bytes.length < 12) return 0;
    const length = bytes.readUInt32BE(4);
    const path = this.#path.join('/');
    const isWanted = /^\/(images|configurations)\/[^/]*$/.test(path) && length <= longest.tree;
    if (!isWanted || this.#kept + length > mostKept) {
      this.#skip = aligned(12 + length) - 12;
      return 12;
    }
    if (bytes.length < aligned(12 + length)) return 0;
    this.#kept += length;
    const value = Buffer.from(bytes.subarray(12, 12 + length));
    this.#properties.push({ path, name: bytes.readUInt32BE(8), bytes: value });
    return aligned(12 + length);
  }

  /** The tree has ended, or is none. */
  #stop(): number {
    this.#open = false;
    return 0;
  }

  /** Device trees may lie behind the tree: `mkimage -E` puts them there. */
  #wantTrees(): void {
    const images = new Map<string, Map<string, Buffer>>();
    for (const { path, name, bytes } of this.#properties) {
      const known = ['type', 'data-size', 'data-offset', 'data-position'];
      const key = known.find((one) => this.#is(name, one));
      if (key === undefined) continue;
      images.set(path, (images.get(path) ?? new Map<string, Buffer>()).set(key, bytes));
    }
    for (const of of images.values()) {
      const number = (key: string): number | undefined =>
        of.get(key)?.length === 4 ? of.get(key)!.readUInt32BE(0) : undefined;
      const [size, offset] = [number('data-size'), number('data-offset')];
      const from =
        number('data-position') ?? (offset === undefined ? offset : aligned(this.#total) + offset);
      if (namesIn(of.get('type') ?? Buffer.alloc(0))[0] !== 'flat_dt') continue;
      if (size === undefined || from === undefined || this.#kept + size > mostKept) continue;
      this.#kept += size;
      this.#ranges.push({ from, bytes: Buffer.alloc(size) });
    }
  }

  #is(offset: number, name: string): boolean {
    const { bytes } = this.#strings;
    return bytes.toString('latin1', offset, offset + name.length + 1) === `${name}\0`;
  }
}

/** The `compatible` of the root of a device tree that is there as a whole; nothing where it has none. */
function boardOf(tree: Buffer): string[] {
  const strings = tree.readUInt32BE(12);
  let depth = 0;
  for (let at = tree.readUInt32BE(8); at + 12 <= tree.length;) {
    const token = tree.readUInt32BE(at);
    if (token === beginNode) {
      if ((depth += 1) > 1) break;
      const nameEnd = tree.indexOf(0, at + 4);
      if (nameEnd < 0) break;
      at = aligned(nameEnd + 1);
    } else if (token === property) {
      const length = tree.readUInt32BE(at + 4);
      const name = strings + tree.readUInt32BE(at + 8);
      if (tree.toString('latin1', name, name + 11) === 'compatible\0')
        return namesIn(tree.subarray(at + 12, at + 12 + length));
      at = aligned(at + 12 + length);
    } else if (token === nop) at += 4;
    else break;
  }
  return [];
}

const namesIn = (bytes: Buffer): string[] =>
  bytes.length > longest.text
    ? []
    : bytes
        .toString('latin1')
        .split('\0')
        .filter((name) => /^[!-~]{1,200}$/.test(name));

const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;
