import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { indexImage } from '../../../../src/image/index.js';
import { sniffLength } from '../../../../src/image/format/sniff.js';
import { compressors, put, sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();
const tree = join(folder, 'tree');
beforeAll(() => {
  for (const [file, bytes] of Object.entries({
    'sysupgrade-acme_x/CONTROL': Buffer.from('BOARD=acme_x\n'),
    'sysupgrade-acme_x/root': sample(200_000),
    'plain/image': sample(200_000),
    'update/sw-description': Buffer.from('software = {}\n'),
    'package/DEBIAN/control': Buffer.from(
      'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n',
    ),
  })) {
    mkdirSync(join(tree, file, '..'), { recursive: true });
    writeFileSync(join(tree, file), bytes);
  }
});

/** What is said of an image: the message, and the hint. */
async function refusal(
  name: string,
  bytes: Uint8Array,
): Promise<{ message: string; hint: string }> {
  const path = put(folder, name, bytes);
  const error = await indexImage(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'LevitateError', code: 'IMAGE_FORMAT', exit: 2 });
  const { message, hint } = error as { message: string; hint: string };
  expect(hint).not.toBe('');
  // A person who knows better can say so, and the index is of the very bytes.
  expect(await indexImage({ path, raw: true })).toMatchObject({ raw: true });
  return { message, hint };
}

const inTree = (command: string, args: string[], input?: string): Buffer =>
  execFileSync(command, args, { cwd: tree, stdio: ['pipe', 'pipe', 'ignore'], input });

test.each(['v7', 'oldgnu', 'gnu', 'ustar', 'pax'])('tar, %s', async (form) => {
  const plain = inTree('tar', ['-c', `--format=${form}`, 'plain']);
  const isTree = async (name: string, bytes: Buffer) =>
    (await indexImage(put(folder, name, bytes))).format;
  expect(await isTree('plain', plain)).toBe('tar');
  const sysupgrade = inTree('tar', ['-c', `--format=${form}`, 'sysupgrade-acme_x']);
  const path = put(folder, 'sysupgrade.bin', sysupgrade);
  expect(await indexImage(path)).toMatchObject({ format: 'sysupgrade' });
  expect(await isTree('tar.gz', compressors.gzip(plain))).toBe('tar');
});

test.each(['newc', 'crc', 'odc', 'bin', 'hpodc', 'hpbin'])('cpio, %s', async (form) => {
  const archive = inTree('cpio', ['-o', '-H', form], 'plain/image\n');
  expect((await refusal('cpio', archive)).message).toContain('a cpio archive');
  const update = execFileSync('cpio', ['-o', '-H', form], {
    cwd: join(tree, 'update'),
    input: 'sw-description\n',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  expect((await refusal('swu', update)).message).toContain('SWUpdate');
});

test('a Debian package', async () => {
  tool('dpkg-deb', ['-b', join(tree, 'package'), join(folder, 'x.deb')]);
  const made = tool('cat', [join(folder, 'x.deb')]);
  expect((await refusal('package.deb', made)).message).toContain('a Debian package');
});

/** A squashfs, padded as squashfs is, with a CMS signature and its length behind it. */
function bundle(payload: Buffer, type: number): Buffer {
  const signature = Buffer.alloc(700, 0x5a);
  signature.write(`308202b806092a864886f70d01070${type}`, 'hex');
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(signature.length));
  return Buffer.concat([payload, signature, size]);
}

test('a RAUC bundle, plain and encrypted, and what is like one', async () => {
  const image = join(folder, 'bundle.squashfs');
  tool('mksquashfs', [join(tree, 'plain'), image, '-quiet', '-no-progress', '-noappend']);
  const squashfs = tool('cat', [image]);
  expect((await refusal('b', bundle(squashfs, 2))).message).toContain('a RAUC bundle');
  expect((await refusal('e', bundle(sample(2 << 20), 3))).message).toContain('a RAUC bundle');
  expect((await indexImage(put(folder, 's', squashfs))).format).toBe('squashfs');
  const other = await indexImage(put(folder, 'o', bundle(squashfs, 1)));
  expect(other.format).toBe('squashfs');
});

/** Text of bytes at offsets, in an image of noise. */
function bytes(fields: Record<number, string>, length = sniffLength): Buffer {
  const image = sample(length);
  for (const [at, text] of Object.entries(fields))
    image.write(text, (Number(at) + length) % length, 'latin1');
  return image;
}

test.each<[string, Buffer]>([
  ['7z', bytes({ 0: '7z\xbc\xaf\x27\x1c\0\x04' })],
  ['RAR', bytes({ 0: 'Rar!\x1a\x07\x01\0' })],
  ['cabinet', bytes({ 0: 'MSCF\0\0\0\0' })],
  ['LHA', bytes({ 2: '-lh5-' })],
  ['ar archive', bytes({ 0: '!<arch>\nlib.o/' })],
  ['RPM', bytes({ 0: '\xed\xab\xee\xdb' })],
  ['apk', bytes({ 0: 'ADBd' })],
  ['Android update', bytes({ 0: 'CrAU' })],
  ['partclone', bytes({ 0: 'partclone-image' })],
  ['casync', bytes({ 0: '\x30\0\0\0\0\0\0\0\xf9\x9f\x12\x7b' })],
  ['VCDIFF', bytes({ 0: '\xd6\xc3\xc4\0' })],
  ['bsdiff', bytes({ 0: 'BSDIFF40' })],
  ['UF2', bytes({ 0: 'UF2\n\x57\x51\x5d\x9e' })],
  ['DfuSe', bytes({ 0: 'DfuSe\x01' })],
  ['Rockchip', bytes({ 0: 'RKFW' })],
  ['Allwinner', bytes({ 0: 'IMAGEWTY' })],
  ['Amlogic', bytes({ 8: '\x56\x19\xb5\x27' })],
  ['Netgear', bytes({ 0: '*#$^\0\0\0\x3a' })],
  ['qcow', bytes({ 0: 'QFI\xfb\0\0\0\x03' })],
  ['VMDK', bytes({ 0: 'KDMV' })],
  ['VMDK', Buffer.from('# Disk DescriptorFile\nversion=1\n')],
  ['VDI', bytes({ 64: '\x7f\x10\xda\xbe' })],
  ['VHD disk', bytes({ 0: 'conectix' })],
  ['VHD disk of fixed size', bytes({ [-512]: 'conectix' }, 2 << 20)],
  ['VHDX', bytes({ 0: 'vhdxfile' })],
  ['DMG', bytes({ [-512]: 'koly' }, 2 << 20)],
  ['ISO 9660 image without', bytes({ 32768: '\x01CD001\x01' })],
  ['core dump', bytes({ 0: '\x7fELF\x02\x01\x01', 16: '\x04\0' })],
  ['core dump', bytes({ 0: '\x7fELF\x01\x02\x01', 16: '\0\x04' })],
  ['kernel in ELF', bytes({ 0: '\x7fELF\x02\x01\x01', 16: '\x02\0' })],
  ['(PE)', bytes({ 0: 'MZ', 60: '\x80\0\0\0', 128: 'PE\0\0' })],
  ['Mach-O', bytes({ 0: '\xcf\xfa\xed\xfe' })],
  ['SQLite', bytes({ 0: 'SQLite format 3\0' })],
  ['PDF', bytes({ 0: '%PDF-1.7' })],
  ['picture', bytes({ 0: '\x89PNG\r\n\x1a\n' })],
  ['torrent', bytes({ 0: 'd8:announce' })],
  ['openssl', bytes({ 0: 'Salted__' })],
  ['Android backup', bytes({ 0: 'ANDROID BACKUP\n5\n1\nnone\n' })],
  ['encrypted by OpenPGP', bytes({ 0: '\x8c\x0d\x04\x09\x03\x08' })],
  ['encrypted by OpenPGP', bytes({ 0: '\x8c\x0d\x04\x07\x03\x02' })],
  ['encrypted by OpenPGP', bytes({ 0: '\xc3\x0d\x04\x09\x03\x0a' })],
  ['encrypted by OpenPGP', bytes({ 0: '\x85\x01\x0c\x03ABCDEFGH\x01' })],
  ['encrypted by OpenPGP', bytes({ 0: '\x84\x5e\x03ABCDEFGH\x12' })],
  ['encrypted by OpenPGP', bytes({ 0: '\xc1\xc0\x4c\x03ABCDEFGH\x01' })],
  ['OpenPGP signature', bytes({ 0: '\x89\x02\x33\x04\0\x01' }, 600)],
  ['OpenPGP signature', bytes({ 0: '\xc2\x75\x04\0\x16' }, 120)],
  ['OpenPGP', bytes({ 0: '\x88\x75\x04\0' }, 120)],
])('%s', async (what, image) => {
  expect((await refusal('foreign', image)).message).toContain(what);
});

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
const texts: [string, string][] = [
  ['git LFS', lines('version https://git-lfs.github.com/spec/v1', `oid sha256:${'0'.repeat(64)}`)],
  ['a signature or a key', lines('-----BEGIN PGP SIGNATURE-----', '', 'iQ')],
  ['minisign', lines('untrusted comment: signature', 'RUQ')],
  ['PEM', lines('-----BEGIN CERTIFICATE-----', 'MII')],
  ['a web page', lines('<!DOCTYPE html>', '<html><body>404</body></html>')],
  ['a web page', lines('<?xml version="1.0"?>', '<!-- a --> <!-- b -->', '<html xmlns="x">')],
  ['bmap', lines('<?xml version="1.0" ?>', '<!-- a', 'b -->', '<bmap version="2.0">')],
  ['XML', lines('<?xml version="1.0"?>', '<Error><Code>NoSuchKey</Code></Error>')],
  ['web server', lines('HTTP/1.1 404 Not Found')],
  ['Intel HEX', lines(':10010000214601360121470136007EFE09D2190140', ':00000001FF')],
  ['S-records', lines('S00F000068656C6C6F202020202000003C', 'S9030000FC')],
  ['TI-TXT', lines('@F000', '31 40 00 03 B2 40', 'q')],
  ['hex dump', lines('00000000: 7f45 4c46 0201 0100 0000 0000 0000 0000  .ELF')],
  ['checksums', lines(`${'a'.repeat(64)}  image.img`)],
  ['checksums', lines(`SHA256 (image.img) = ${'a'.repeat(64)}`)],
  ['zsync', lines('zsync: 0.6.2', 'Filename: x')],
  ['a script', lines('#!/bin/sh', 'exit 0')],
  ['device tree', lines('/dts-v1/;', '/ { };')],
  ['JSON', '{"message":"Not Found"}'],
  ['JSON', '[\n  1\n]'],
  ['YAML', lines('# a comment', '', 'name: router', 'arch: mipsel')],
  ['plain text', 'Not found'],
  ['plain text', lines('Größe', '')],
];
const encodings: [string, (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, big endian', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['CRLF', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ['blank lines before', (text) => Buffer.from(`\n\n  ${text}`)],
  ['zeros behind', (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(5000)])],
];

test.each(encodings)('text in %s', async (_, encode) => {
  for (const [what, text] of texts)
    expect((await refusal('text', encode(text))).message, text).toContain(what);
});

test('text in UTF-16 without a mark, and in one byte a character', async () => {
  const plain = Buffer.from('plain text, and more\r\n', 'utf16le');
  expect((await refusal('text', plain)).message).toContain('plain text');
  const latin = Buffer.from('Gr\xf6\xdfe, sagt der Server\n', 'latin1');
  expect((await refusal('text', latin)).message).toContain('plain text');
});

test('what a page says is shown without what a terminal obeys', async () => {
  const { message } = await refusal('text', Buffer.from('a\x1b]52;c;eA\u202e page\n'));
  expect(message).toContain('"a?]52;c;eA? page"');
});

test('long comments and blank lines are no work', async () => {
  for (const text of ['<!-- -->'.repeat(500), '\n'.repeat(4000), '# \n'.repeat(1300)])
    await indexImage(put(folder, 'long', Buffer.from(`${text}\x01`)));
});

test.each<[string, Buffer]>([
  ['noise', sample(sniffLength)],
  ['zeros', Buffer.alloc(9000)],
  ['text and then something else', Buffer.concat([Buffer.from('config=1\0'), sample(9000)])],
  ['a byte order mark before noise', Buffer.concat([Buffer.from([0xff, 0xfe]), sample(9000)])],
  ['nearly encrypted for a key', bytes({ 0: '\x85\x01\x0c\x03ABCDEFGH\x7f' })],
  ['nearly encrypted with a passphrase', bytes({ 0: '\x8c\x0d\x04\x09\x07\x08' })],
  ['nearly a tar', bytes({ 257: 'ustar' })],
  ['nearly a cpio', bytes({ 0: '070701 and more' })],
])('%s is not called anything', async (_, image) => {
  expect((await indexImage(put(folder, 'unknown', image))).format).toBe('unknown');
});

test('no head of any length makes it fail', async () => {
  const heads = [
    '\x7fELF',
    'MZ',
    '070701',
    '!<arch>\n',
    '\xc7\x71',
    '\x88\x75\x04',
    'UF2\n',
    '-rom1fs-',
    'XFSB',
  ];
  for (const start of heads)
    for (let length = 1; length < 130; length += 3)
      await indexImage(
        put(folder, 'head', bytes({ 0: start }, length + 16).subarray(0, length)),
      ).catch((error: unknown) => expect(error).toMatchObject({ name: 'LevitateError' }));
});
