import { expect, test } from 'vitest';
import { readElf } from '../../../src/rootfs/elf.js';
import { readModuleInfo } from '../../../src/rootfs/modinfo.js';
import { makeElf } from './make-elf.js';
import { makeModule } from './make-module.js';

const dynamicAt = 1024;
/** Where the second program header, which is the dynamic one, has its size. */
const dynamicSizeAt = 64 + 56 + 32;

/** A file whose dynamic section goes to its end and is filled with one entry, over and over. */
function filled(name: number, value: number, length: number): Buffer {
  const file = Buffer.concat([makeElf({ needed: ['liba.so'] }), Buffer.alloc(length)]);
  const from = 4096;
  // The dynamic section moves to the new part; the table of names stays where it was.
  file.writeBigUInt64LE(BigInt(from), 64 + 56 + 8);
  file.writeBigUInt64LE(BigInt(length), dynamicSizeAt);
  file.copy(file, from, dynamicAt + 16, dynamicAt + 32);
  for (let at = from + 16; at < file.length; at += 16) {
    file.writeBigUInt64LE(BigInt(name), at);
    file.writeBigUInt64LE(BigInt(value), at + 8);
  }
  return file;
}

test('30 000 needed libraries are more than any program has', () => {
  expect(() => readElf(filled(1, 1, 30_000 * 16))).toThrow(
    /needs more than 1000 libraries|dynamic/,
  );
  expect(() => readElf(filled(1, 1, 2000 * 16))).toThrow(/needs more than 1000 libraries/);
});

test('dynamic entries without end are not collected', () => {
  expect(() => readElf(filled(0x6fff_fff0, 1, 1_000_000))).toThrow(/10000 dynamic entries/);
});

test('a name without end is none', () => {
  const file = Buffer.concat([makeElf({ needed: ['liba.so'] }), Buffer.alloc(200_000, 0x61)]);
  file.fill(0x61, 2048);
  expect(() => readElf(file)).toThrow(/a name has no end/);
});

test.each([2n ** 63n, 2n ** 64n - 8n, 0xffff_ffffn])('a dynamic section at %i', (offset) => {
  const file = makeElf({ needed: ['liba.so'] });
  file.writeBigUInt64LE(offset, 64 + 56 + 8);
  expect(() => readElf(file)).toThrow(RangeError);
});

test('sections whose names are one long text are compared, not copied', () => {
  const file = makeModule({ depends: ['other'] });
  expect(readModuleInfo(file).depends).toEqual(['other']);
  const names = Buffer.from('\0.shstrtab\0.modinfo\0');
  file.fill(0x61, file.indexOf(names), file.indexOf(names) + names.length);
  expect(() => readModuleInfo(file)).toThrow(/no section .modinfo/);
});
