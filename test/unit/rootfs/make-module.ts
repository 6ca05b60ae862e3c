import { makeElf } from './make-elf.js';

interface Wanted {
  release?: string;
  depends?: string[];
  softdep?: string;
  aliases?: string[];
  machine?: number;
  bits?: 32 | 64;
  littleEndian?: boolean;
}

/** Makes the smallest file that a reader of `.modinfo` takes for a kernel module (System V ABI, chapter 4). */
export function makeModule(wanted: Wanted = {}): Buffer {
  const { release = '6.1.0-1-test', depends = [], softdep, aliases = [] } = wanted;
  const { bits = 64, littleEndian = true, machine = 62 } = wanted;
  const lines = [
    'license=GPL',
    ...aliases.map((alias) => `alias=${alias}`),
    `depends=${depends.join(',')}`,
    ...(softdep === undefined ? [] : [`softdep=${softdep}`]),
    `vermagic=${release} SMP mod_unload `,
  ];
  const info = Buffer.from(lines.map((line) => `${line}\0`).join(''));
  const names = Buffer.from('\0.shstrtab\0.modinfo\0');
  const wide = bits === 64;
  const entry = wide ? 64 : 40;
  const head = makeElf({ bits, littleEndian, machine });
  const table = Buffer.alloc(3 * entry);
  const half = (to: Buffer, at: number, value: number) =>
    littleEndian ? to.writeUInt16LE(value, at) : to.writeUInt16BE(value, at);
  const word = (to: Buffer, at: number, value: number) =>
    littleEndian ? to.writeUInt32LE(value, at) : to.writeUInt32BE(value, at);
  const long = (to: Buffer, at: number, value: number) => {
    if (!wide) word(to, at, value);
    else if (littleEndian) to.writeBigUInt64LE(BigInt(value), at);
    else to.writeBigUInt64BE(BigInt(value), at);
  };
  const place = (index: number, name: number, offset: number, size: number) => {
    word(table, index * entry, name);
    long(table, index * entry + (wide ? 24 : 16), offset);
    long(table, index * entry + (wide ? 32 : 20), size);
  };
  place(1, 1, head.length, names.length);
  place(2, 11, head.length + names.length, info.length);
  long(head, wide ? 40 : 32, head.length + names.length + info.length);
  half(head, wide ? 58 : 46, entry);
  half(head, wide ? 60 : 48, 3);
  half(head, wide ? 62 : 50, 1);
  return Buffer.concat([head, names, info, table]);
}
