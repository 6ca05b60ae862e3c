import { magic, type Matches } from './magic.js';

/** The ends of the pages that a swap area may begin with (Linux `include/linux/swap.h`, union swap_header). */
const isSwap: Matches = (head) =>
  [4096, 8192, 16384, 65536].some((page) => magic(page - 10, 'SWAPSPACE2', 'SWAP-SPACE')(head));

/** Linux `include/uapi/linux/minix_fs.h`: the superblock at 1024, its magic in the byte order of its machine. */
function isMinix(head: Buffer): boolean {
  if (head.length < 1056) return false;
  const either = (at: number, ...values: number[]): boolean =>
    values.includes(head.readUInt16LE(at)) || values.includes(head.readUInt16BE(at));
  return either(1024 + 16, 0x137f, 0x138f, 0x2468, 0x2478) || either(1024 + 24, 0x4d5a);
}

/**
 * Content that no target takes unless a person says so, but that has a name: file systems that routers and boards do
 * not boot from, swap, and members of arrays. Each is known by its magic.
 */
const others: [what: string, matches: Matches][] = [
  ['swap', isSwap],
  ['NTFS', magic(3, 'NTFS    ')],
  ['ReFS', magic(3, 'ReFS\0')],
  ['BitLocker', magic(3, '-FVE-FS-')],
  ['ReiserFS', magic(0x10034, 'ReIsEr')],
  ['JFS', magic(0x8000, 'JFS1')],
  ['bcachefs', magic(0x1018, '\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef')],
  ['HFS+', magic(1024, 'H+\0\x04', 'HX\0\x05')],
  ['APFS', magic(32, 'NXSB')],
  ['a member of a Linux RAID', magic(4096, '\xfc\x4e\x2b\xa9')],
  ['Minix', isMinix],
];

/**
 * Says for people what an image of unknown format seems to be, by its first bytes; undefined where that has no name.
 */
export const looksLike = (head: Buffer): string | undefined =>
  others.find(([, matches]) => matches(head))?.[0];

/** Watches whether an image that streams past has one byte over and over. */
export class SameBytes {
  #byte: number | undefined;
  #differ = false;

  /** Takes the next bytes, at least one. */
  push(chunk: Buffer): void {
    this.#byte ??= chunk[0];
    this.#differ ||= chunk[0] !== this.#byte || !chunk.subarray(1).equals(chunk.subarray(0, -1));
  }

  /** Says what the content is, for people; undefined where bytes differ. */
  finish(): string | undefined {
    if (this.#byte === undefined || this.#differ) return undefined;
    return this.#byte === 0
      ? 'only zeros'
      : `only bytes of the value ${this.#byte.toString(16).padStart(2, '0')}`;
  }
}
