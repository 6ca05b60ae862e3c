import { isTarHeader, sysupgradeName } from '../format/archive-names.js';
import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { SysupgradeMember } from '../image.js';
import { tarBlock } from '../tar-block.js';
import { MemberReader, type FoundMember, type ReadsContent } from './member.js';

/** The most bytes that a CONTROL has, a line with the board, or an extended header. */
const longestText = 4096;

/** What an OpenWrt sysupgrade file holds. */
export interface FoundSysupgrade {
  /** The board that its folder names. */
  board: string;
  root: FoundMember;
  kernel?: FoundMember;
}

/**
 * Reads an OpenWrt sysupgrade file while it streams past: a tar of one folder sysupgrade-BOARD with CONTROL, and of kernel and root
 * at least root (OpenWrt `scripts/sysupgrade-tar.sh`; POSIX.1-2017 pax, "ustar Interchange Format"). What else it holds is refused,
 * because nobody could say where that belongs.
 */
export class SysupgradeReader {
  readonly #header = Buffer.alloc(tarBlock);
  #filled = 0;
  /** Where in the file the next byte lies. */
  #at = 0;
  /** Bytes of the present member that are still to come, and of the padding behind it. */
  #left = 0;
  #padding = 0;
  #current: MemberReader | undefined;
  /** The text that is being read: CONTROL, or an extended header. */
  #text: { of: 'CONTROL' | 'header'; pieces: Buffer[] } | undefined;
  #control = '';
  #ended = false;
  #board: string | undefined;
  readonly #found = new Map<SysupgradeMember | 'CONTROL', FoundMember | undefined>();

  /**
   * @param path for messages
   * @param contentOf makes what reads the content of a member
   */
  constructor(
    readonly path: string,
    readonly contentOf: (member: SysupgradeMember) => ReadsContent,
  ) {}

  /**
   * Takes the next bytes.
   * @throws LevitateError IMAGE_FORMAT, IMAGE_CORRUPT
   */
  push(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      const taken = this.#take(bytes.subarray(from));
      from += taken;
      this.#at += taken;
    }
  }

  /**
   * Gives what was found, after all of the file was pushed.
   * @throws LevitateError IMAGE_TRUNCATED, IMAGE_FORMAT, and what the content of a member is refused for
   */
  finish(): FoundSysupgrade {
    if (!this.#ended)
      throw truncated(
        this.path,
        this.#left > 0
          ? `the archive ends ${this.#left} bytes before the end of a file in it`
          : 'the archive has no end',
        undefined,
      );
    const root = this.#found.get('root');
    const kernel = this.#found.get('kernel');
    if (this.#board === undefined || !this.#found.has('CONTROL') || this.#control === '')
      throw this.#refused('it has no CONTROL, or nothing in it');
    const stated = /^BOARD=(.*)$/m.exec(this.#control)?.[1];
    if (stated !== undefined && stated !== this.#board)
      throw this.#refused(`its folder is for ${this.#board}, and its CONTROL for ${stated}`);
    if (!root) throw this.#refused('it has no root');
    return { board: this.#board, root, ...(kernel ? { kernel } : {}) };
  }

  /** Takes as many of these bytes as belong together, and tells how many. */
  #take(bytes: Buffer): number {
    if (this.#ended) return this.#padded(bytes);
    if (this.#left > 0) {
      const part = bytes.subarray(0, this.#left);
      this.#current?.push(part);
      this.#text?.pieces.push(Buffer.from(part));
      this.#left -= part.length;
      if (this.#left === 0) this.#close();
      return part.length;
    }
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, bytes.length);
      this.#padding -= skipped;
      return skipped;
    }
    const part = bytes.subarray(0, tarBlock - this.#filled);
    part.copy(this.#header, this.#filled);
    this.#filled += part.length;
    if (this.#filled === tarBlock) {
      this.#filled = 0;
      this.#open(this.#at + part.length);
    }
    return part.length;
  }

  #padded(bytes: Buffer): number {
    if (!bytes.every((byte) => byte === 0))
      throw corrupt(this.path, 'something else follows the end of the archive', this.#at);
    return bytes.length;
  }

  /** Reads the header of a member whose bytes begin at this place. */
  #open(start: number): void {
    const header = this.#header;
    if (header.every((byte) => byte === 0)) {
      this.#ended = true;
      return;
    }
    if (!isTarHeader(header))
      throw corrupt(this.path, 'the header of a file in the archive is none', start - tarBlock);
    const { name, board, member } = sysupgradeName(header);
    const type = header.toString('latin1', 156, 157);
    const length = this.#sizeOf(header, start);
    if (type === 'x' || type === 'g') {
      this.#expect(length);
      this.#textBegins('header', length);
      return;
    }
    if (name === '' && type === '5') return;
    const isFolder = type === '5' && member === undefined;
    const isFile = (type === '0' || type === '\0') && member !== undefined;
    if (board === undefined || !(isFolder || isFile)) throw this.#unknown(name);
    if (board !== (this.#board ??= board))
      throw this.#refused(`it is for two boards, ${this.#board} and ${board}`);
    if (member === undefined) return;
    if (this.#found.has(member)) throw this.#refused(`it holds ${member} twice`);
    this.#begin(member, start, length);
  }

  #begin(member: SysupgradeMember | 'CONTROL', start: number, length: number): void {
    this.#found.set(member, undefined);
    this.#expect(length);
    if (length === 0) return;
    if (member === 'CONTROL') this.#textBegins('CONTROL', length);
    else
      this.#current = new MemberReader(member, { offset: start, length }, this.contentOf(member));
  }

  #expect(length: number): void {
    this.#left = length;
    this.#padding = Math.ceil(length / tarBlock) * tarBlock - length;
  }

  #textBegins(of: 'CONTROL' | 'header', length: number): void {
    if (length > longestText) throw this.#refused(`its ${of} has ${length} bytes`);
    this.#text = { of, pieces: [] };
  }

  #close(): void {
    if (this.#current) this.#found.set(this.#current.name, this.#current.finish());
    this.#current = undefined;
    const { of, pieces = [] } = this.#text ?? {};
    const text = Buffer.concat(pieces).toString('utf8');
    this.#text = undefined;
    if (of === 'CONTROL') this.#control = text;
    else if (/(^|\n)\d+ (path|size|linkpath|GNU\.[^=]*)=/.test(text))
      throw this.#refused('an extended header in it gives a file another name or another size');
  }

  #sizeOf(header: Buffer, start: number): number {
    const [, octal] = /^ *([0-7]+)[ \0]*$/.exec(header.toString('latin1', 124, 136)) ?? [];
    if (octal !== undefined) return parseInt(octal, 8);
    throw corrupt(this.path, 'a file in the archive has no size', start - tarBlock);
  }

  #unknown(name: string): Error {
    return this.#refused(
      `it holds ${JSON.stringify(name.slice(0, 100))}, and of such a file levitate knows CONTROL, kernel and root alone`,
    );
  }

  #refused(why: string): Error {
    return unsupported(
      this.path,
      `it is an OpenWrt sysupgrade file that levitate does not take: ${why}`,
      'levitate image FILE lists what it holds, with the command that takes each file out; each may go to a target of its own.',
    );
  }
}
