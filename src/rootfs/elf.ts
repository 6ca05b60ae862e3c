/** What the linker and the loader need to know of an ELF file. */
export interface ElfFile {
  bits: 32 | 64;
  littleEndian: boolean;
  /** `e_machine`, such as 62 for x86-64. */
  machine: number;
  /** `e_flags`, which on ARM tells hard from soft float. */
  flags: number;
  /** The loader's path (PT_INTERP); undefined where the program is static or a library. */
  interpreter: string | undefined;
  needed: string[];
  /** Directories of DT_RUNPATH, which make a loader ignore DT_RPATH; `$ORIGIN` is not resolved. */
  runpath: string[];
  /** Directories of DT_RPATH. */
  rpath: string[];
  soname: string | undefined;
}

const programHeader = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tag = { needed: 1, strtab: 5, soname: 14, rpath: 15, runpath: 29 } as const;

/** Bounds that are far above what any linker makes; a file that claims more could keep its reader busy for long. */
const most = { dynamicEntries: 10_000, needed: 1000, textBytes: 64 * 1024 };

/** Whether bytes begin as an ELF file does. */
export const isElf = (bytes: Uint8Array): boolean =>
  bytes.length >= 20 && Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\x7fELF';

/**
 * Gives functions that read a number of an ELF file at an offset: of 16 bits (half), of 32 bits (word), and of as many
 * bits as its addresses have (long).
 */
export function elfNumbers(
  bytes: Uint8Array,
  { bits, littleEndian }: Pick<ElfFile, 'bits' | 'littleEndian'>,
) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const half = (at: number) => view.getUint16(at, littleEndian);
  const word = (at: number) => view.getUint32(at, littleEndian);
  const long = (at: number) =>
    bits === 64 ? Number(view.getBigUint64(at, littleEndian)) : word(at);
  return { half, word, long };
}

/**
 * Reads an ELF file's headers and its dynamic section (System V ABI, chapters 4 and 5).
 * @throws RangeError when the file ends before what its headers promise, or promises more than any real one has.
 */
export function readElf(bytes: Uint8Array): ElfFile {
  const bits = bytes[4] === 2 ? 64 : 32;
  const littleEndian = bytes[5] === 1;
  const { half, word, long } = elfNumbers(bytes, { bits, littleEndian });
  const wide = bits === 64;
  const [tableAt, entrySize, count] = wide
    ? [long(32), half(54), half(56)]
    : [word(28), half(42), half(44)];
  const segments = Array.from({ length: count }, (_, index) => {
    const at = tableAt + index * entrySize;
    return wide
      ? { type: word(at), offset: long(at + 8), address: long(at + 16), size: long(at + 32) }
      : { type: word(at), offset: word(at + 4), address: word(at + 8), size: word(at + 16) };
  });
  const segment = (type: number) => segments.find((one) => one.type === type);

  const interpreter = segment(programHeader.interpreter);
  const dynamic = segment(programHeader.dynamic);
  if (dynamic && !(dynamic.offset + dynamic.size <= bytes.length))
    throw new RangeError('its dynamic section lies outside of the file');
  const tags: [number, number][] = [];
  const step = bits / 8;
  for (let at = dynamic?.offset ?? 0, end = at + (dynamic?.size ?? 0); at < end; at += 2 * step) {
    if (long(at) === 0) break;
    tags.push([long(at), long(at + step)]);
    if (tags.length > most.dynamicEntries)
      throw new RangeError(`it has more than ${most.dynamicEntries} dynamic entries`);
  }
  if (tags.filter(([name]) => name === tag.needed).length > most.needed)
    throw new RangeError(`it needs more than ${most.needed} libraries`);

  const tableAddress = tags.find(([name]) => name === tag.strtab)?.[1] ?? 0;
  const strings = offsetOf(tableAddress, segments);
  const texts = (wanted: number) =>
    tags.filter(([name]) => name === wanted).map(([, value]) => textAt(bytes, strings + value));
  const paths = (wanted: number) =>
    (texts(wanted)[0] ?? '').split(':').filter((path) => path !== '');
  return {
    bits,
    littleEndian,
    machine: half(18),
    flags: word(wide ? 48 : 36),
    interpreter: interpreter && textAt(bytes, interpreter.offset),
    needed: texts(tag.needed),
    runpath: paths(tag.runpath),
    rpath: paths(tag.rpath),
    soname: texts(tag.soname)[0],
  };
}

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

/**
 * Gives the offset in the file of an address, by the segment that is loaded there: the dynamic section holds addresses.
 */
function offsetOf(address: number, segments: Segment[]): number {
  const home = segments.find(
    (one) =>
      one.type === programHeader.load && address >= one.address && address < one.address + one.size,
  );
  return home ? address - home.address + home.offset : address;
}

function textAt(bytes: Uint8Array, start: number): string {
  if (!(start >= 0 && start < bytes.length))
    throw new RangeError('a name lies outside of the file');
  const text = bytes.subarray(start, start + most.textBytes);
  const end = text.indexOf(0);
  if (end < 0) throw new RangeError('a name has no end');
  return Buffer.from(text.subarray(0, end)).toString('latin1');
}
