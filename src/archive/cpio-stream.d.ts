declare module 'cpio-stream' {
  import type { Readable, Writable } from 'node:stream';

  /** The fields of a newc header; `entry` changes the object that it is given. */
  export interface Header {
    /**
     * The name, and behind it one NUL, and one more for each byte that its UTF-8 has beyond the number of its
     * characters.
     */
    name: string;
    /** The mode, with the bits of the file type. */
    mode: number;
    ino: number;
    nlink: number;
    uid: number;
    gid: number;
    /** The time of the last change; a plain zero would mean now, and a Date of zero means 1970. */
    mtime: Date;
    size: number;
    linkname?: string;
    rdevmajor?: number;
    rdevminor?: number;
  }

  /** A stream of the archive's bytes, to which entries are added one after another. */
  export interface Pack extends Readable {
    entry(header: Header, callback: (error?: Error) => void): Writable;
    entry(header: Header, body: Buffer, callback: (error?: Error) => void): Writable;
    finalize(): void;
  }

  const cpio: { pack(options: { format: 'newc' }): Pack };
  export default cpio;
}
