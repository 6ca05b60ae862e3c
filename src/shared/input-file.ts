import type { Stats } from 'node:fs';

/** A name that is no path of this machine, and what to do about it. */
export interface NoPath {
  /** As what follows the name in a sentence: `…, which is a URL`. */
  found: string;
  hint: string;
}

/** What a shell or a downloader would have had to make a file of first; nothing for a name that may be a path. */
export function noPath(name: string): NoPath | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name))
    return {
      found: 'a URL, and only files are read',
      hint: 'Download it first, such as with curl -fLO, and name the file.',
    };
  if (/^~[^/]*(\/|$)/.test(name))
    return {
      found: 'a name with a ~ that nothing has expanded',
      hint: 'A shell expands ~ only at the start of a word, and nothing does in a file: write the whole path, or $HOME/….',
    };
  if (/^\$(\{?[A-Z_]+\}?)(\/|$)/.test(name))
    return {
      found: 'a name with a variable that nothing has expanded',
      hint: 'Write the whole path; on a command line, without single quotes.',
    };
  return undefined;
}

/** What is there in place of a regular file; nothing for such a file. */
export function notRegular(about: Stats): string | undefined {
  if (about.isFile()) return undefined;
  if (about.isDirectory()) return 'a folder';
  if (about.isFIFO()) return 'a named pipe';
  if (about.isSocket()) return 'a socket';
  return 'a device';
}
