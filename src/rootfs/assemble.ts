import { posix } from 'node:path';
import { LevitateError } from '../errors.js';
import { dir, file, type Entry } from './entry.js';

/**
 * Makes a list of entries into a tree that can be packed: one entry a path (the last of the list), a folder above each,
 * sorted with parents first.
 * @throws LevitateError PROFILE_INVALID where an entry would lie inside something that is not a folder
 */
export function assemble(entries: Entry[]): Entry[] {
  const tree = new Map<string, Entry>();
  for (const entry of entries) tree.set(entry.path, entry);
  for (const { path, origin, reason } of [...tree.values()]) {
    for (let up = posix.dirname(path); up !== '/'; up = posix.dirname(up)) {
      const above = tree.get(up);
      if (above === undefined) tree.set(up, dir(up, { origin, reason }));
      else if (above.kind !== 'dir') throw notFolder(path, above);
    }
  }
  return [...tree.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const notFolder = (path: string, above: Entry): LevitateError =>
  new LevitateError(
    'PROFILE_INVALID',
    `${path} cannot be in the root: ${above.path} is no folder there`,
    {
      hint: `${above.path} comes from ${above.origin} (${above.reason}).`,
    },
  );

/**
 * Adds `/etc/levitate/files.sha256` in the format of `sha256sum -c`, run at the root: it lists every regular file but
 * itself.
 * @param digest hex SHA-256 of bytes
 */
export function withDigests(entries: Entry[], digest: (bytes: Uint8Array) => string): Entry[] {
  const lines = entries.flatMap((entry) =>
    entry.kind === 'file' && 'bytes' in entry.content
      ? [`${digest(entry.content.bytes)}  ${entry.path.slice(1)}\n`]
      : [],
  );
  return assemble([
    ...entries,
    file('/etc/levitate/files.sha256', lines.join(''), { reason: 'self-check' }),
  ]);
}
