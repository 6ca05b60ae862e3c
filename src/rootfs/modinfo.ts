import { elfNumbers, readElf, type ElfFile } from './elf.js';

/** What a kernel module says of itself. */
export interface ModuleInfo {
  elf: ElfFile;
  /** The kernel release that it was built for: the first word of its vermagic. */
  release: string;
  /** Names of the modules that it needs. */
  depends: string[];
  /** Names, or aliases, of modules that it wants to have before it but works without. */
  wantsBefore: string[];
  /** Other names of the module; those for hardware are patterns. */
  aliases: string[];
}

/**
 * Reads an uncompressed kernel module's `.modinfo` section: `key=value`, each ended by NUL (Linux
 * `include/linux/moduleinfo.h`).
 * @throws RangeError when there is no such section, or the file ends before what its headers promise
 */
export function readModuleInfo(bytes: Uint8Array): ModuleInfo {
  const elf = readElf(bytes);
  const lines = Buffer.from(section(bytes, elf, '.modinfo'))
    .toString('utf8')
    .split('\0');
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  return {
    elf,
    release: values('vermagic')[0]?.split(' ')[0] ?? '',
    depends: values('depends').flatMap((list) => list.split(',').filter((name) => name !== '')),
    wantsBefore: values('softdep').flatMap(wantedBefore),
    aliases: values('alias'),
  };
}

/** Gives the modules behind `pre:` in a soft dependency (modprobe.d(5)): `pre: crc32c md5 post: x` → crc32c, md5. */
export function wantedBefore(text: string): string[] {
  const found: string[] = [];
  let before = false;
  for (const word of text.split(/\s+/)) {
    if (word.endsWith(':')) before = word === 'pre:';
    else if (before && word !== '') found.push(word);
  }
  return found;
}

/** Gives the bytes of a section by its name (System V ABI, chapter 4). */
function section(bytes: Uint8Array, elf: ElfFile, name: string): Uint8Array {
  const { half, word, long } = elfNumbers(bytes, elf);
  const wide = elf.bits === 64;
  const [table, entrySize, count, namesIndex] = wide
    ? [long(40), half(58), half(60), half(62)]
    : [long(32), half(46), half(48), half(50)];
  const place = (index: number): [start: number, end: number] => {
    const at = table + index * entrySize;
    const start = long(at + (wide ? 24 : 16));
    return [start, start + long(at + (wide ? 32 : 20))];
  };
  const names = bytes.subarray(...place(namesIndex));
  const wanted = Buffer.from(`${name}\0`, 'latin1');
  for (let index = 0; index < count; index++) {
    const start = word(table + index * entrySize);
    if (!wanted.equals(names.subarray(start, start + wanted.length))) continue;
    const [from, to] = place(index);
    if (to > bytes.length) throw new RangeError(`${name} lies outside of the file`);
    return bytes.subarray(from, to);
  }
  throw new RangeError(`it has no section ${name}`);
}
