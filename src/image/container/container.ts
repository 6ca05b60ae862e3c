import { quote } from '../../shared/shell-quote.js';
import type { StoredFile } from '../stored-file.js';

/** A file that holds others, one of which may be the image. */
export interface Container {
  /** What made it, or its kind: `swupdate`, `tar`. */
  kind: 'swupdate' | 'rauc' | 'mender' | 'fwup' | 'sysupgrade' | 'zip' | 'tar' | 'cpio';
  /** What it is, for people. */
  what: string;
  /** The files in it, in their order; not all of an archive of many. */
  files: ContainedFile[];
  /** What else a person should do or know, for people. */
  hint?: string;
}

/** A file in a container. */
export interface ContainedFile {
  /** Its path in the container. */
  name: string;
  /** Bytes that it takes in the container; absent where nothing tells them. */
  length?: number;
  /** What it is by its first bytes, for people; absent where they cannot be read without another program. */
  what?: string;
  /** Whether it may be an image for a target. */
  isImage: boolean;
  /** The SHA-256 that the container states for it, in hex. */
  sha256?: string;
  /** The command that takes it out. */
  takeOut: string;
}

/** A member of an archive whose bytes lie in it as they are. */
export interface PlainMember {
  name: string;
  /** Where its bytes begin. */
  start: number;
  length: number;
}

/** The name of a member as an argument of tar or cpio, which take it for no option, however it begins. */
export const memberArgument = (name: string): string =>
  name.startsWith('-') ? `-- ${quote(name)}` : quote(name);

/** The most files of an archive that are looked at. */
export const mostFiles = 1000;

/** The first bytes of a member. */
export const memberHead = (
  file: StoredFile,
  { start, length }: PlainMember,
  most: number,
): Promise<Buffer> => file.read(start, Math.min(length, most));
