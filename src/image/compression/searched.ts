import type { StoredFile } from '../stored-file.js';

/**
 * The same file, whose bytes are searched while they stream past.
 * @param found called for each place at which `needle` begins, also where it lies across two pieces
 */
export function searched(file: StoredFile, needle: Buffer, found: () => void): StoredFile {
  const stream: StoredFile['stream'] = async function* (start, end) {
    let before: Buffer = Buffer.alloc(0);
    for await (const bytes of file.stream(start, end)) {
      const both = Buffer.concat([before, bytes]);
      for (let at = both.indexOf(needle); at >= 0; at = both.indexOf(needle, at + 1)) found();
      before = both.subarray(Math.max(0, both.length - needle.length + 1));
      yield bytes;
    }
  };
  return { ...file, stream };
}
