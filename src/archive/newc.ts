/** One member of a newc archive; `content` is a view into the archive's bytes. */
export interface Member {
  /** The path, without a leading slash. */
  name: string;
  /** The mode, with the bits of the file type. */
  mode: number;
  content: Uint8Array;
}

type Fields = [ino: number, mode: number, nlink: number, size: number, nameSize: number];

const headerBytes = 110;
/** Rounds up to a multiple of 4 without bit operations, which wrap at 2 GiB: the size in a header may be larger. */
const aligned = (at: number): number => Math.ceil(at / 4) * 4;
/** Bounds above what any root has; names have at most PATH_MAX of Linux. */
const most = { members: 200_000, nameBytes: 4096 };

/**
 * Reads a newc cpio archive from memory; each of a file's hard links gets its bytes.
 * @throws RangeError when it is not one, is cut short, or claims more than a root can hold.
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
  for (let at = 0, count = 0; ; count += 1) {
    if (count > most.members) throw new RangeError(`more than ${most.members} members`);
    if (archive.toString('latin1', at, at + 6) !== '070701') throw new RangeError('no newc header');
    const field = (index: number): number => {
      const text = archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8);
      if (!/^[0-9A-Fa-f]{8}$/.test(text)) throw new RangeError('a broken newc header');
      return Number.parseInt(text, 16);
    };
    const [ino, mode, nlink, size, nameSize] = [0, 1, 4, 6, 11].map(field) as Fields;
    if (nameSize < 1 || nameSize > most.nameBytes)
      throw new RangeError(`a name of ${nameSize} bytes`);
    const nameEnd = at + headerBytes + nameSize;
    const start = aligned(nameEnd);
    if (start + size > archive.length) throw new RangeError('a member that is cut short');
    const name = archive.toString('utf8', at + headerBytes, nameEnd - 1);
    if (name === 'TRAILER!!!') return;
    yield { name, mode, ino, nlink, content: archive.subarray(start, start + size) };
    at = aligned(start + size);
  }
}
