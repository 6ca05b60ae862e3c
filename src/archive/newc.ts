/** One member of a newc archive; `content` is a view into the archive's bytes. */
export interface Member {
  /** Without a leading slash. */
  name: string;
  /** With the file type's bits. */
  mode: number;
  content: Uint8Array;
}

type Fields = [ino: number, mode: number, nlink: number, size: number, nameSize: number];

const headerBytes = 110;
const aligned = (at: number): number => (at + 3) & ~3;

/**
 * Reads a newc cpio archive from memory; each of a file's hard links gets its bytes.
 * @throws RangeError when it is not one or is cut short.
 */
export function membersOf(archive: Buffer): Member[] {
  const members = [...storedMembers(archive)];
  const linked = new Map(
    members.flatMap((one) =>
      one.nlink > 1 && one.content.length > 0 ? [[one.ino, one] as const] : [],
    ),
  );
  return members.map(({ name, mode, content, nlink, ino }) => ({
    name,
    mode,
    content: nlink > 1 && isFile(mode) ? (linked.get(ino)?.content ?? content) : content,
  }));
}

const isFile = (mode: number): boolean => (mode & 0o170000) === 0o100000;

function* storedMembers(archive: Buffer): Generator<Member & { ino: number; nlink: number }> {
  for (let at = 0; ;) {
    if (archive.toString('latin1', at, at + 6) !== '070701') throw new RangeError('no newc header');
    const field = (index: number): number => {
      const text = archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8);
      if (!/^[0-9A-Fa-f]{8}$/.test(text)) throw new RangeError('a broken newc header');
      return Number.parseInt(text, 16);
    };
    const [ino, mode, nlink, size, nameSize] = [0, 1, 4, 6, 11].map(field) as Fields;
    const nameEnd = at + headerBytes + nameSize;
    const start = aligned(nameEnd);
    if (start + size > archive.length) throw new RangeError('a member that is cut short');
    const name = archive.toString('utf8', at + headerBytes, nameEnd - 1);
    if (name === 'TRAILER!!!') return;
    yield { name, mode, ino, nlink, content: archive.subarray(start, start + size) };
    at = aligned(start + size);
  }
}
