import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isElf, readElf } from '../../../src/rootfs/elf.js';
import { makeElf } from './make-elf.js';

test.each([
  { bits: 64, littleEndian: true, machine: 62 },
  { bits: 32, littleEndian: true, machine: 40 },
  { bits: 64, littleEndian: false, machine: 22 },
  { bits: 32, littleEndian: false, machine: 8 },
] as const)('reads %j', (kind) => {
  const elf = makeElf({
    ...kind,
    flags: 0x400,
    interpreter: '/lib/ld.so.1',
    needed: ['liba.so.1', 'libc.so.6'],
    runpath: '$ORIGIN/../lib:/opt/lib',
    soname: 'libself.so.2',
  });
  expect(readElf(elf)).toEqual({
    ...kind,
    flags: 0x400,
    interpreter: '/lib/ld.so.1',
    needed: ['liba.so.1', 'libc.so.6'],
    runpath: ['$ORIGIN/../lib', '/opt/lib'],
    rpath: [],
    soname: 'libself.so.2',
  });
});

test('reads the program that runs this test', async () => {
  const elf = readElf(await readFile(process.execPath));
  expect(elf.needed).toContain('libc.so.6');
  expect(elf.interpreter).toMatch(/^\/lib.*\/ld-/);
});

test('a static program needs nothing', () => {
  expect(readElf(makeElf())).toMatchObject({
    interpreter: undefined,
    needed: [],
    soname: undefined,
  });
});

test('a file that is cut short is an error, not a program without needs', () => {
  const elf = makeElf({ needed: ['libc.so.6'] });
  for (const length of [20, 64, 150, 1030, 2049]) {
    expect(() => readElf(elf.subarray(0, length))).toThrow(RangeError);
  }
});

test('what is no ELF file', () => {
  expect(isElf(Buffer.from('#!/bin/sh\n'))).toBe(false);
  expect(isElf(Buffer.alloc(0))).toBe(false);
  expect(isElf(Buffer.from('\x7fELF', 'latin1'))).toBe(false);
});
