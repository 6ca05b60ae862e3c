/** A program that the root needs, and what asked for it. */
export interface ProgramRequest {
  name: string;
  reason: string;
  /** The package that has it, where the profile names one. */
  package?: string;
  /** Whether it is left out without an error where the source has no such program. */
  optional?: true;
  /** For a busybox: the applets that it must have. */
  applets?: string[];
  /** Features that it must have, though it may have been built without them. */
  features?: Feature[];
}

/** Something that a program can be built without. */
export interface Feature {
  name: string;
  /** Texts, of which at least one is in the file of a program with this feature. */
  texts: string[];
}

/** A regular file of a source. */
export interface SourceFile {
  /** The absolute path in the root, under /usr even where the source has /bin, /sbin or /lib. */
  path: string;
  bytes: Uint8Array;
  /** Where it came from, such as `debian dropbear-bin 2022.83-1+deb12u3`. */
  origin: string;
  /** The source's own name for where the file came from; it is passed back when its libraries are looked for. */
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

/**
 * The folders in which a loader looks for libraries that no path in the headers of a program leads to, in its order and
 * under /usr.
 */
export interface LoaderDirectories {
  /** Those in the source, with the folders that its configuration adds. */
  search: string[];
  /** Those in a root without such configuration. */
  builtIn: string[];
}

/** The modules of one kernel. */
export interface KernelModules {
  /** The release of the kernel, as `uname -r` prints it. */
  release: string;
  /** The name of the source, for messages. */
  name: string;
  /** All files in the folder of the kernel, relative to it. */
  paths: string[];
  /** Reads files by such paths; their path in the root is under `/usr/lib/modules/RELEASE`. */
  read(paths: string[]): Promise<SourceFile[]>;
}

/** Whether a text is a kernel release that is safe in a path. */
export const isRelease = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._+~-]*$/.test(text);

/** Where files of the root come from. A new kind of source is one implementation of this interface. */
export interface Source {
  /**
   * Finds programs, in the order of the requests; optional ones that are not there are left out.
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
  /**
   * The folders in which a loader of this source looks by itself; with undefined, those for a library without a known
   * loader.
   */
  loaderDirectories(loader: SourceFile | undefined): Promise<LoaderDirectories>;
  /**
   * Gives the modules of a kernel, from each source that has any; the caller takes the first that have all it needs.
   * @param kernel its release, or a Debian package; undefined = that of the running device, or the only one there is
   * @throws LevitateError KERNEL_UNKNOWN, PACKAGE_MISSING, SOURCE_FAILED
   */
  kernels(kernel: string | undefined): AsyncIterable<KernelModules>;
  /** Says where a library was looked for, for the message that it is missing. */
  searched(unit: string | undefined, name: string): string;
}
