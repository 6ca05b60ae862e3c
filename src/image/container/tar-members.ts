import { tarNames } from '../format/archive-names.js';
import { mostFiles, type PlainMember } from './container.js';
import type { StoredFile } from '../stored-file.js';

const block = 512;
/** Bytes of the longest name in a header of its own that is read. */
const longestName = 64 * 1024;

/**
 * Reads which files a tar archive holds (POSIX.1-2017 pax, "ustar Interchange Format"; GNU's long names), up to where it
 * ends or is damaged.
 */
export async function tarMembers(file: StoredFile): Promise<PlainMember[]> {
  const members: PlainMember[] = [];
  let longName: string | undefined;
  for (
    let at = 0, headers = 0;
    members.length < mostFiles && headers < 4 * mostFiles;
    headers += 1
  ) {
    const header = await file.read(at, block);
    const names = tarNames(header);
    if (names === undefined) break;
    const length = sizeOf(header);
    const type = header.toString('latin1', 156, 157);
    const start = at + block;
    if (type === 'L' || type === 'x') {
      const text = (await file.read(start, Math.min(length, longestName))).toString('utf8');
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (paxPath(text) ?? longName);
    } else if (type !== 'K' && type !== 'g') {
      const name = longName ?? names[0] ?? '';
      longName = undefined;
      if (type === '0' || type === '\0' || type === '7') members.push({ name, start, length });
    }
    at = start + Math.ceil(length / block) * block;
    if (!Number.isSafeInteger(at)) break;
  }
  return members;
}

/** Octal, or from GNU tar where that does not reach, base 256. */
function sizeOf(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return parseInt(header.toString('latin1', 124, 136), 8) || 0;
}

const paxPath = (records: string): string | undefined =>
  /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
