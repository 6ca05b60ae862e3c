import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImageFormat } from '../../../src/image/image.js';
import { sniff, sniffLength, ubifsLebSize } from '../../../src/image/sniff.js';
import { sample, temporaryFolder, tool } from './fixtures.js';

const folder = temporaryFolder();
const head = (path: string): Buffer => readFileSync(path).subarray(0, sniffLength);

/** A file of `size` bytes that a tool then makes a file system in. */
function blank(name: string, size: number): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  truncateSync(path, size);
  return path;
}

test.each(['ext2', 'ext4'])('%s from its own mkfs', (kind) => {
  const path = blank(kind, 8 << 20);
  tool('mke2fs', ['-q', '-F', '-t', kind, path]);
  expect(sniff(head(path))).toBe('ext4');
});

test('UBIFS from its own mkfs, with the LEB size', () => {
  const path = join(folder, 'ubifs');
  tool('mkfs.ubifs', ['-m', '2048', '-e', '126976', '-c', '64', '-o', path]);
  expect(sniff(head(path))).toBe('ubifs');
  expect(ubifsLebSize(head(path))).toBe(126976);
});

/** A boot sector: its bytes at the offsets given, and 55 AA. */
function sector(fields: Record<number, number[]>): Buffer {
  const bytes = Buffer.alloc(sniffLength);
  for (const [at, values] of Object.entries(fields)) bytes.set(values, Number(at));
  bytes.set([0x55, 0xaa], 510);
  return bytes;
}
const bpb = { 0: [0xeb, 0x3c, 0x90], 11: [0, 2, 4, 1, 0, 2, 0, 2, 0, 0, 0xf8] };
const entry = [0x80, 0, 2, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0];

test.each<[string, ImageFormat, Buffer]>([
  ['a FAT boot sector', 'fat', sector(bpb)],
  [
    'a FAT boot sector with text where a partition table would be',
    'fat',
    sector({ ...bpb, 446: [0x80, 1, 1, 0, 0x20] }),
  ],
  [
    "GRUB's boot sector, which jumps like FAT",
    'disk',
    sector({ 0: [0xeb, 0x63, 0x90], 446: entry }),
  ],
  ['55 AA alone', 'unknown', sector({})],
  [
    '55 AA behind code where the table would be',
    'unknown',
    sector({ 446: [0xb8, 1, 2, 3, 4, 5, 6, 7, 8] }),
  ],
  ['an entry of no length', 'unknown', sector({ 446: entry.slice(0, 12) })],
  [
    'an ext superblock behind a boot loader',
    'ext4',
    sector({ 1028: [9], 1080: [0x53, 0xef], 446: [0xb8, 1, 2, 3, 4] }),
  ],
  ['an MBR', 'disk', sector({ 446: entry })],
  ['a GPT', 'disk', sector({ 450: [0xee], 512: [...Buffer.from('EFI PART')] })],
  ['a GPT of 4096-byte sectors', 'disk', sector({ 4096: [...Buffer.from('EFI PART')] })],
])('%s', (_, format, bytes) => {
  expect(sniff(bytes)).toBe(format);
});

/** A flattened device tree with one node below its root. */
function deviceTree(node: string): Buffer {
  const bytes = Buffer.alloc(256);
  [0xd00dfeed, 256, 56, 200, 40].forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  [3, 5, 0, 0x61000000, 0, 1].forEach((value, index) => bytes.writeUInt32BE(value, 64 + index * 4));
  bytes.writeUInt32BE(1, 56);
  bytes.write(`${node}\0`, 88, 'latin1');
  return bytes;
}

test.each<[string, ImageFormat, Buffer]>([
  ['FIT', 'fit', deviceTree('images')],
  ['a plain device tree', 'unknown', deviceTree('memory')],
  ['uImage', 'uimage', Buffer.concat([Buffer.from('27051956', 'hex'), Buffer.alloc(80)])],
  ['UBI', 'ubi', Buffer.concat([Buffer.from('UBI#\x01'), Buffer.alloc(80)])],
  [
    'squashfs',
    'squashfs',
    Buffer.concat([Buffer.from('hsqs'), Buffer.alloc(24), Buffer.from([4]), Buffer.alloc(80)]),
  ],
  ['noise', 'unknown', sample(sniffLength)],
  ['one byte', 'unknown', Buffer.from([0xeb])],
  ['no byte', 'unknown', Buffer.alloc(0)],
])('%s', (_, format, bytes) => {
  expect(sniff(bytes)).toBe(format);
});

test('heads of any length do not make it fail', () => {
  const path = join(folder, 'ext4');
  for (const bytes of [head(path), sector(bpb), deviceTree('images')])
    for (let length = 0; length < 1500; length += 7)
      expect(() => sniff(bytes.subarray(0, length))).not.toThrow();
});
