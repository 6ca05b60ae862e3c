/** A program that the root needs, and what asked for it. */
export interface ProgramRequest {
  name: string;
  reason: string;
  /** The package that holds it, where the profile names one. */
  package?: string;
  /** Left out without an error where the source has no such program. */
  optional?: true;
  /** Of a busybox: the applets that it must have. */
  applets?: string[];
  /** What it may have been built without, and must have. */
  features?: Feature[];
}

/** Something that a program can be built without. */
export interface Feature {
  name: string;
  /** Texts, one of which is in the file of a program that has it. */
  texts: string[];
}

/** A regular file out of a source. */
export interface SourceFile {
  /** Where it belongs in the root: absolute and under /usr wherever the source's layout said /bin, /sbin or /lib. */
  path: string;
  bytes: Uint8Array;
  /** Such as `debian dropbear-bin 2022.83-1+deb12u3`. */
  origin: string;
  /** The source's own handle on where this came from, given back when asking for its libraries. */
  unit: string;
  /** The file of this machine that it was read from, where that may change from build to build. */
  hostFile?: string;
}

/** A program that a source has. */
export interface SourceProgram {
  file: SourceFile;
  /** Other names under which it was asked for: absolute paths that become links to the file. */
  aliases: string[];
}

/** Where a loader looks for what no path in the program's own headers leads to; under /usr, in its order. */
export interface LoaderDirectories {
  /** In the source, with what its configuration adds. */
  search: string[];
  /** In a root that has no such configuration. */
  builtIn: string[];
}

/** The modules of one kernel. */
export interface KernelModules {
  /** What `uname -r` prints under it. */
  release: string;
  /** The source, for messages. */
  name: string;
  /** All files in its folder, relative to that. */
  paths: string[];
  /** Files by such paths; the path in the root is under `/usr/lib/modules/RELEASE`. */
  read(paths: string[]): Promise<SourceFile[]>;
}

/** A kernel's release as it may stand in a path. */
export const isRelease = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._+~-]*$/.test(text);

/** Where bytes of the root come from. Adding a kind of source is adding one implementation of this. */
export interface Source {
  /**
   * Finds programs, in the order of the requests; optional ones that aren't there are left out.
   * @throws LevitateError TOOL_UNKNOWN, PACKAGE_MISSING, TOOL_MISSING or SOURCE_FAILED.
   */
  programs(
    requests: ProgramRequest[],
  ): Promise<{ request: ProgramRequest; found: SourceProgram }[]>;
  /**
   * Finds a library or a loader for a file that came out of `unit` (undefined: a file of the profile).
   * @param directories absolute paths under /usr, in the order in which the loader looks
   * @throws LevitateError LIBRARY_CONFLICT, SOURCE_FAILED
   */
  library(
    name: string,
    directories: string[],
    unit: string | undefined,
  ): Promise<SourceFile | undefined>;
  /** Where a loader of this source looks by itself; undefined: a library that no program names a loader for. */
  loaderDirectories(loader: SourceFile | undefined): Promise<LoaderDirectories>;
  /**
   * The modules of a kernel, of each source that has any: the first ones that serve are taken.
   * @param kernel its release, or a Debian package; undefined = that of the running device, or the only one there is
   * @throws LevitateError KERNEL_UNKNOWN, PACKAGE_MISSING, SOURCE_FAILED
   */
  kernels(kernel: string | undefined): AsyncIterable<KernelModules>;
  /** Where a library was looked for, for the message that it is missing. */
  searched(unit: string | undefined, name: string): string;
}
