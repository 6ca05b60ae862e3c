import type { Entry } from './entry.js';

/**
 * Finds programs and libraries that have the same bytes and the same mode: the path of each such file → the path of the
 * one that holds the bytes for all of them, which is the last in the list. A file without an equal is not in the
 * result. Only files in /usr count, because nothing on the device changes those in place.
 */
export function duplicates(entries: Entry[]): Map<string, string> {
  const alike = new Map<string, (Entry & { kind: 'file' })[][]>();
  for (const entry of entries) {
    if (entry.kind !== 'file' || !entry.path.startsWith('/usr/')) continue;
    const bytes = bytesOf(entry);
    if (bytes.length === 0) continue;
    const key = `${bytes.length} ${entry.mode}`;
    const groups = alike.get(key) ?? [];
    alike.set(key, groups);
    const same = groups.find(([first]) => first && Buffer.compare(bytesOf(first), bytes) === 0);
    if (same) same.push(entry);
    else groups.push([entry]);
  }
  const groups = [...alike.values()].flat().filter(({ length }) => length > 1);
  return new Map(
    groups.flatMap((group) => group.map(({ path }) => [path, group.at(-1)?.path ?? path] as const)),
  );
}

/** Gives the entries whose bytes an archive holds: one of each set of equal files. */
export function withoutDuplicates(entries: Entry[]): Entry[] {
  const sameAs = duplicates(entries);
  return entries.filter(({ path }) => (sameAs.get(path) ?? path) === path);
}

const bytesOf = (entry: Entry & { kind: 'file' }): Uint8Array =>
  'bytes' in entry.content ? entry.content.bytes : new Uint8Array();
