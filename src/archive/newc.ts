/** One member of a newc archive; `content` is a view into the archive's bytes. */
export interface Member {
  /** Without a leading slash. */
  name: string;
  /** With the file type's bits. */
  mode: number;
  content: Uint8Array;
}

const headerBytes = 110;
const aligned = (at: number): number => (at + 3) & ~3;

/**
 * Reads a newc cpio archive from memory, member by member.
 * @throws RangeError when it is not one or is cut short.
 */
export function* membersOf(archive: Buffer): Generator<Member> {
  for (let at = 0; ;) {
    if (archive.toString('latin1', at, at + 6) !== '070701') throw new RangeError('no newc header');
    const field = (index: number): number => {
      const text = archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8);
      if (!/^[0-9A-Fa-f]{8}$/.test(text)) throw new RangeError('a broken newc header');
      return Number.parseInt(text, 16);
    };
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const nameEnd = at + headerBytes + nameSize;
    const start = aligned(nameEnd);
    if (start + size > archive.length) throw new RangeError('a member that is cut short');
    const name = archive.toString('latin1', at + headerBytes, nameEnd - 1);
    if (name === 'TRAILER!!!') return;
    yield { name, mode, content: archive.subarray(start, start + size) };
    at = aligned(start + size);
  }
}
