declare module 'cpio-stream' {
  import type { Readable, Writable } from 'node:stream';

  /** Fields of a newc header; `entry` changes the object that it is given. */
  export interface Header {
    /** With as many NULs at its end as its UTF-8 has bytes beyond its characters, and one more. */
    name: string;
    /** With the file type's bits. */
    mode: number;
    ino: number;
    nlink: number;
    uid: number;
    gid: number;
    /** Zero stands for "now" unless it is a Date. */
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
