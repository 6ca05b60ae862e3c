import path from 'node:path';
import { Budget } from '../shared/budget.js';

/** A line of a checksum list: the file that it names, or none where the line is a bare digest. */
interface Checksum {
  name: string | undefined;
  /** Hex SHA-256, in lower case. */
  sha256: string;
}

/** The largest list that is read, in bytes; those of whole distributions have a few hundred KiB. */
export const longestChecksums = 4 * 1024 * 1024;

/**
 * The SHA-256 digests that a list gives for one file. It reads what sha256sum of coreutils writes (text, binary, with
 * escaped names, and `--tag`), what BSD's sha256 and `openssl dgst` write, and a bare digest.
 * @param text of the list, `list` its name for messages
 * @param file path of the file, for which the list lies in the same folder
 * @param own whether the list is about this file alone, so that a digest for another name or none is its digest, too
 * @throws LevitateError IMAGE_DIGEST where the list has too many lines
 */
export function digestsFor(file: string, text: string, list: string, own: boolean): Set<string> {
  const budget = new Budget(
    `the list ${list}`,
    { bytes: longestChecksums, entries: 100_000, names: longestChecksums },
    'IMAGE_DIGEST',
  );
  const all: Checksum[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    budget.entries();
    const checksum = checksumOf(line.replace(/\r$/, ''));
    if (checksum) all.push(checksum);
  }
  const base = path.basename(file);
  const named = all.filter(({ name }) => name !== undefined && isSame(name, file));
  const alike = all.filter(({ name }) => name !== undefined && path.basename(name) === base);
  const chosen = named.length > 0 || !own ? named : alike.length > 0 ? alike : all;
  return new Set(chosen.map(({ sha256 }) => sha256));
}

const isSame = (name: string, file: string): boolean =>
  path.resolve(path.dirname(file), name) === path.resolve(file);

const formats: [RegExp, (found: string[]) => [name: string | undefined, sha256: string]][] = [
  [/^([0-9a-f]{64}) [ *](.+)$/i, ([, sha256 = '', name]) => [name, sha256]],
  [
    /^(?:SHA256|SHA2-256) ?\((.+)\) ?= ?([0-9a-f]{64})$/i,
    ([, name, sha256 = '']) => [name, sha256],
  ],
  [/^\s*([0-9a-f]{64})\s*$/i, ([, sha256 = '']) => [undefined, sha256]],
];

function checksumOf(line: string): Checksum | undefined {
  // A backslash in front says that the name has escapes (coreutils, `sha256sum --help`, --zero).
  const escaped = line.startsWith('\\');
  const plain = escaped ? line.slice(1) : line;
  for (const [pattern, fields] of formats) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const [name, sha256] = fields(found);
    return {
      name: escaped ? name?.replace(/\\([\\nr])/g, unescaped) : name,
      sha256: sha256.toLowerCase(),
    };
  }
  return undefined;
}

const unescaped = (_: string, letter: string): string => ({ n: '\n', r: '\r' })[letter] ?? letter;
