interface Wanted {
  bits?: 32 | 64;
  littleEndian?: boolean;
  machine?: number;
  flags?: number;
  interpreter?: string;
  needed?: string[];
  runpath?: string;
  rpath?: string;
  soname?: string;
}

/** Makes the smallest ELF file that a reader of headers takes for a program or library (System V ABI, chapters 4 and 5). */
export function makeElf(wanted: Wanted = {}): Buffer {
  const { bits = 64, littleEndian = true, machine = 62, flags = 0 } = wanted;
  const bytes = Buffer.alloc(4096);
  const half = (at: number, value: number) =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const word = (at: number, value: number) =>
    littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const long = (at: number, value: number) => {
    if (bits === 32) word(at, value);
    else if (littleEndian) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeBigUInt64BE(BigInt(value), at);
  };

  const wide = bits === 64;
  bytes.write('\x7fELF', 'latin1');
  bytes[4] = wide ? 2 : 1;
  bytes[5] = littleEndian ? 1 : 2;
  half(18, machine);
  word(wide ? 48 : 36, flags);

  // Addresses differ from offsets, as in a real file.
  const base = 0x10000;
  const strings = 2048;
  let free = strings + 1;
  const text = (value: string): number => {
    const at = free;
    bytes.write(value, at, 'latin1');
    free += value.length + 1;
    return at;
  };

  const tags: [number, number][] = [
    ...(wanted.needed ?? []).map((name): [number, number] => [1, text(name) - strings]),
    ...(wanted.soname ? [[14, text(wanted.soname) - strings] as [number, number]] : []),
    ...(wanted.runpath ? [[29, text(wanted.runpath) - strings] as [number, number]] : []),
    ...(wanted.rpath ? [[15, text(wanted.rpath) - strings] as [number, number]] : []),
    [5, base + strings],
    [0, 0],
  ];
  const step = bits / 8;
  tags.forEach(([name, value], index) => {
    long(1024 + index * 2 * step, name);
    long(1024 + index * 2 * step + step, value);
  });

  const segments: [number, number, number][] = [
    [1, 0, bytes.length],
    [2, 1024, tags.length * 2 * step],
  ];
  if (wanted.interpreter)
    segments.push([3, text(wanted.interpreter), wanted.interpreter.length + 1]);
  const [table, size] = wide ? [64, 56] : [52, 32];
  long(wide ? 32 : 28, table);
  half(wide ? 54 : 42, size);
  half(wide ? 56 : 44, segments.length);
  segments.forEach(([type, offset, length], index) => {
    const at = table + index * size;
    word(at, type);
    long(at + (wide ? 8 : 4), offset);
    long(at + (wide ? 16 : 8), base + offset);
    long(at + (wide ? 32 : 16), length);
  });
  return bytes;
}
