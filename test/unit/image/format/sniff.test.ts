import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitImage } from '../../../../src/boot-image/fit.js';
import type { ImageFormat } from '../../../../src/image/image.js';
import { declaredLength, sniff, sniffLength } from '../../../../src/image/format/sniff.js';
import { ubifsLebSize } from '../../../../src/image/ubi/ubifs.js';
import { sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();

function head(path: string): Buffer {
  const bytes = Buffer.alloc(Math.min(sniffLength, statSync(path).size));
  const file = openSync(path, 'r');
  readSync(file, bytes);
  closeSync(file);
  return bytes;
}

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

test.each<[ImageFormat, number, string, string[]]>([
  ['fat', 8, 'mkfs.fat', []],
  ['fat', 40, 'mkfs.fat', ['-F', '32']],
  ['fat', 40, 'mkfs.fat', ['-F', '32', '-S', '4096']],
  ['xfs', 320, 'mkfs.xfs', ['-q']],
  ['btrfs', 128, 'mkfs.btrfs', ['-q']],
  ['f2fs', 64, 'mkfs.f2fs', ['-q']],
])('%s of %i MiB from %s %j, and how long it is', (format, size, command, options) => {
  const path = blank(`${command}${options.join('')}`, size << 20);
  tool(command, [...options, path]);
  expect(sniff(head(path))).toBe(format);
  expect(declaredLength(head(path))).toBeGreaterThan((size - 1) << 20);
  expect(declaredLength(head(path))).toBeLessThanOrEqual(size << 20);
});

test.each<[ImageFormat, string, (tree: string, to: string) => string[]]>([
  ['squashfs', 'mksquashfs', (tree, to) => [tree, to, '-quiet', '-no-progress']],
  ['erofs', 'mkfs.erofs', (tree, to) => [to, tree]],
  ['jffs2', 'mkfs.jffs2', (tree, to) => ['-l', '-r', tree, '-o', to]],
  ['jffs2', 'mkfs.jffs2', (tree, to) => ['-b', '-n', '-r', tree, '-o', to]],
])('%s from %s', (format, command, options) => {
  const tree = join(folder, 'tree');
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, 'file'), sample(100_000));
  const path = join(folder, `${command}.out`);
  rmSync(path, { force: true });
  tool(command, options(tree, path));
  expect(sniff(head(path))).toBe(format);
  expect(declaredLength(head(path))).toBeLessThanOrEqual(readFileSync(path).length);
});

test('uImage from mkimage, and a FIT with its data behind it, are as long as they say', async () => {
  const kernel = join(folder, 'kernel');
  writeFileSync(kernel, sample(300_000));
  const path = join(folder, 'uImage');
  tool('mkimage', ['-A', 'arm64', '-O', 'linux', '-T', 'kernel', '-C', 'none', '-d', kernel, path]);
  expect(sniff(head(path))).toBe('uimage');
  expect(declaredLength(head(path))).toBe(300_064);
  const fit = join(folder, 'kernel.itb');
  const parts = { name: 'x', arch: 'aarch64', kernelCompression: 'none' } as const;
  writeFileSync(
    fit,
    fitImage({ ...parts, kernel: await readFile(kernel), archive: sample(70_000) }),
  );
  tool('mkimage', ['-E', '-F', fit]);
  expect(sniff(head(fit))).toBe('fit');
  expect(head(fit).readUInt32BE(4)).toBeLessThan(10_000);
  expect(declaredLength(head(fit))).toBe(readFileSync(fit).length);
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

/** Bytes at offsets in an image of zeros. */
function at(fields: Record<number, string>): Buffer {
  const bytes = Buffer.alloc(sniffLength);
  for (const [offset, text] of Object.entries(fields)) bytes.write(text, Number(offset), 'latin1');
  return bytes;
}

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
  ['a plain device tree', 'dtb', deviceTree('memory')],
  ['uImage', 'uimage', Buffer.concat([Buffer.from('27051956', 'hex'), Buffer.alloc(80)])],
  ['UBI', 'ubi', Buffer.concat([Buffer.from('UBI#\x01'), Buffer.alloc(80)])],
  [
    'squashfs',
    'squashfs',
    Buffer.concat([Buffer.from('hsqs'), Buffer.alloc(24), Buffer.from([4]), Buffer.alloc(80)]),
  ],
  ['cramfs', 'cramfs', at({ 0: '\x45\x3d\xcd\x28', 16: 'Compressed ROMFS' })],
  [
    'cramfs behind a boot loader',
    'cramfs',
    at({ 512: '\x45\x3d\xcd\x28', 528: 'Compressed ROMFS' }),
  ],
  ['romfs', 'romfs', at({ 0: '-rom1fs-\0\0\x01\0' })],
  ['old squashfs, big endian', 'squashfs', at({ 0: 'sqsh', 28: '\0\x03' })],
  ['TRX', 'trx', at({ 0: 'HDR0', 14: '\x01\0' })],
  ['Seama', 'vendor', at({ 0: '\x5e\xa3\xa4\x17' })],
  ["TP-Link's first form", 'vendor', at({ 0: '\0\0\0\x01TP-LINK Technologies' })],
  ['an Android boot image', 'android-boot', at({ 0: 'ANDROID!' })],
  ['a vendor_boot', 'android-boot', at({ 0: 'VNDRBOOT' })],
  ['vbmeta', 'android', at({ 0: 'AVB0' })],
  ['an arm64 kernel', 'kernel', at({ 56: 'ARM\x64' })],
  [
    'an arm64 kernel with an EFI stub',
    'kernel',
    at({ 0: 'MZ', 56: 'ARM\x64', 60: '\x40', 64: 'PE\0\0' }),
  ],
  ['a RISC-V kernel', 'kernel', at({ 56: 'RSC\x05' })],
  ['an ARM zImage', 'kernel', at({ 36: '\x18\x28\x6f\x01' })],
  ['a bzImage', 'kernel', at({ 0: 'MZ', 510: '\x55\xaa', 514: 'HdrS' })],
  ['an Allwinner SPL', 'boot-loader', at({ 4: 'eGON.BT0' })],
  ['a firmware image package', 'boot-loader', at({ 0: '\x01\0\x64\xaa' })],
  ['a UEFI firmware volume', 'boot-loader', at({ 40: '_FVH' })],
  ['LUKS', 'luks', at({ 0: 'LUKS\xba\xbe' })],
  ['an LVM volume', 'lvm', at({ 512: 'LABELONE', 536: 'LVM2 001' })],
  ['exFAT', 'exfat', at({ 0: '\xeb\x76\x90EXFAT   ', 510: '\x55\xaa' })],
  [
    'a GPT behind a FAT parameter block',
    'disk',
    Buffer.from(sector({ ...bpb, 512: [...Buffer.from('EFI PART')] })),
  ],
  ['an MBR behind a FAT parameter block', 'disk', sector({ ...bpb, 446: entry })],
  [
    'an isohybrid whose partition begins in sector 0',
    'disk',
    sector({
      446: [0x80, 0, 1, 0, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0],
      32769: [...Buffer.from('CD001')],
    }),
  ],
  [
    'the same without ISO 9660',
    'unknown',
    sector({ 446: [0x80, 0, 1, 0, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0] }),
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
