import { mostFiles, type PlainMember } from './container.js';
import type { StoredFile } from '../stored-file.js';

const headerSize = 110;
const longestName = 4096;

/**
 * Reads which files a cpio archive of the forms newc and crc holds (Linux
 * `Documentation/driver-api/early-userspace/buffer-format.rst`), up to where it ends or is damaged.
 */
export async function cpioMembers(file: StoredFile): Promise<PlainMember[]> {
  const members: PlainMember[] = [];
  for (let at = 0; members.length < mostFiles;) {
    const header = await file.read(at, headerSize + longestName);
    const start = header.toString('latin1', 0, headerSize);
    if (!/^07070[12][0-9a-f]{104}$/i.test(start)) break;
    const field = (index: number) => parseInt(start.slice(6 + index * 8, 14 + index * 8), 16);
    const [length, nameSize] = [field(6), field(11)];
    const name = header.toString('utf8', headerSize, headerSize + nameSize - 1);
    if (name === 'TRAILER!!!') break;
    const dataAt = at + aligned(headerSize + nameSize);
    if ((field(1) & 0o170000) === 0o100000) members.push({ name, start: dataAt, length });
    at = dataAt + aligned(length);
  }
  return members;
}

const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;
