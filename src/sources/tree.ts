/** A root file system that files are taken from, read-only. Every path is absolute and means that root. */
export interface RootTree {
  /** For messages and the manifest: `sysroot ./staging`, `device root@192.168.1.1`. */
  readonly name: string;
  /** The folder of this machine that it is, where it is one. */
  readonly folder?: string;
  /** Where a file came from, for the manifest, where the root knows more of it than the name and the path. */
  originOf?(path: string): string;
  /**
   * Gives the path at which the links of each path end; undefined where that is not a regular file.
   * @throws LevitateError SOURCE_FAILED for links in a loop or out of the root
   */
  locate(paths: string[]): Promise<(string | undefined)[]>;
  /**
   * Reads regular files.
   * @throws LevitateError SOURCE_FAILED
   */
  read(paths: string[]): Promise<Uint8Array[]>;
  /** Gives the names in a folder; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  /**
   * Gives the paths of all files below a folder, relative to it, and of the links that are named like kernel modules;
   * none where there is no such folder.
   */
  files(folder: string): Promise<string[]>;
  /** Links that lead nowhere, met so far: the path that was asked for, and what the link says. */
  readonly dangling: ReadonlyMap<string, string>;
}
