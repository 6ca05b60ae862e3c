import { isKernel } from './boot-formats.js';
import { archiveOf, unpack, type Foreign } from './foreign-archives.js';
import { bigEndian, littleEndian, magic, type Matches } from './magic.js';
import { isPartitionTable } from '../disk/partition-table.js';
import { isIso } from './file-systems.js';
import { isPgpEncrypted, isPgpSignature } from './pgp.js';
import { textOf } from './text.js';

const convert = (format: string): string =>
  `qemu-img convert -f ${format} -O raw FILE disk.img makes a disk image of it.`;
const vendor =
  'Take the image that is meant for writing from a running system, or unpack this one.';

/** Containers, programs and disks of emulators, by their magic. Adding one is adding a line. */
const foreign: [what: string, matches: Matches, hint: string][] = [
  // Archives.
  ['a 7z archive', magic(0, '7z\xbc\xaf\x27\x1c'), unpack('7z x')],
  [
    'a zip archive of nothing, or a part of one',
    magic(0, 'PK\x05\x06', 'PK\x07\x08'),
    unpack('unzip'),
  ],
  ['a RAR archive', magic(0, 'Rar!\x1a\x07'), unpack('unrar x')],
  ['a cabinet archive', magic(0, 'MSCF\0\0\0\0'), unpack('cabextract')],
  ['an LHA archive', (head) => /^-l[hz][0-9ds]-/.test(latin1(head, 2, 7)), unpack('lha x')],
  ['a xar archive', magic(0, 'xar!'), unpack('xar -x')],
  ['a Windows image (WIM)', magic(0, 'MSWIM\0\0\0'), unpack('wimapply')],
  ['a Debian package', magic(0, '!<arch>\ndebian-binary'), 'apt or dpkg installs it.'],
  ['an ar archive', magic(0, '!<arch>\n', '!<thin>\n'), unpack('ar x')],
  ['an RPM package', magic(0, '\xed\xab\xee\xdb'), unpack('rpm2cpio')],
  ['an apk package', magic(0, 'ADBd', 'ADB.', 'ADBc'), 'apk installs it.'],
  // Images in a form for transport.
  ['an Android update payload', magic(0, 'CrAU'), unpack('payload-dumper')],
  [
    'an Android backup',
    magic(0, 'ANDROID BACKUP\n'),
    'It holds data of apps. Take the image that is meant for the device.',
  ],
  ['a partclone image', magic(0, 'partclone-image'), 'partclone.restore makes the image of it.'],
  ['a partimage image', magic(0, 'PaRtImAgE-VoLuMe'), 'partimage restores it.'],
  ['an ntfsclone image', magic(0, '\0ntfsclone-image'), 'ntfsclone -r restores it.'],
  ['a zchunk file', magic(0, '\0ZCK1', '\0ZHR1'), 'unzck unpacks it.'],
  ['a casync index', littleEndian(8, 0x7b129ff9), 'casync extract makes the image.'],
  [
    'a delta (xdelta, VCDIFF)',
    magic(0, '\xd6\xc3\xc4', '%XDELTA'),
    'It needs the file that it was made from.',
  ],
  [
    'a delta (bsdiff)',
    magic(0, 'BSDIFF4', 'ENDSLEY/BSDIFF43'),
    'It needs the file that it was made from.',
  ],
  [
    'UF2, blocks for a USB boot loader',
    (head) => bigEndian(0, 0x5546320a)(head) && littleEndian(4, 0x9e5d5157)(head),
    'uf2conv.py gives the bytes that it holds.',
  ],
  [
    'a DfuSe file',
    magic(0, 'DfuSe\x01'),
    'dfu-util writes it to a device in DFU mode. Name the image that it was made of.',
  ],
  ['a Rockchip update image', magic(0, 'RKFW', 'RKAF'), vendor],
  ['an Allwinner (PhoenixSuit) image', magic(0, 'IMAGEWTY'), vendor],
  ['an Amlogic burning image', littleEndian(8, 0x27b51956), vendor],
  ['a Netgear CHK image', magic(0, '*#$^\0\0\0'), vendor],
  // Disks of emulators.
  ['a qcow disk', magic(0, 'QFI\xfb'), convert('qcow2')],
  ['a QED disk', magic(0, 'QED\0'), convert('qed')],
  ['a VMDK disk', magic(0, 'KDMV', 'COWD'), convert('vmdk')],
  ['a VDI disk', littleEndian(64, 0xbeda107f), convert('vdi')],
  ['a VHD disk', magic(0, 'conectix'), convert('vpc')],
  ['a VHDX disk', magic(0, 'vhdxfile'), convert('vhdx')],
  ['a Parallels disk', magic(0, 'WithoutFreeSpace', 'WithouFreSpacExt'), convert('parallels')],
  ['a Bochs disk', magic(0, 'Bochs Virtual HD Image'), convert('bochs')],
  [
    'a forensic image (EWF)',
    magic(0, 'EVF\x09\x0d\x0a\xff\0', 'EVF2\r\n\x81\0'),
    'ewfexport makes a disk image of it.',
  ],
  [
    'an ISO 9660 image without a partition table',
    (head) => isIso(head) && !isPartitionTable(head),
    'It boots from a CD only. Take an image for USB sticks or disks.',
  ],
  // Programs and documents.
  [
    'a core dump',
    (head) => isElf(head) && elfType(head) === 4,
    'It is what a program left behind when it crashed.',
  ],
  [
    'a program or kernel in ELF',
    (head) => isElf(head),
    'objcopy -O binary takes a kernel out of it. If the boot loader itself loads ELF, say so: TARGET=raw:FILE.',
  ],
  [
    'a kernel crash dump',
    magic(0, 'KDUMP   ', 'DISKDUMP'),
    'It is what a kernel left behind when it crashed.',
  ],
  [
    'a program for Windows or UEFI (PE)',
    (head) => isPe(head) && !isKernel(head),
    'If it is an installer, run it where it is meant to run; it may hold the image.',
  ],
  [
    'a program for macOS (Mach-O)',
    bigEndian(0, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe),
    'Name the image.',
  ],
  ['a Java class or a universal Mach-O program', bigEndian(0, 0xcafebabe), 'Name the image.'],
  ['an SQLite database', magic(0, 'SQLite format 3\0'), 'Name the image.'],
  ['a journal of systemd', magic(0, 'LPKSHHRH'), 'Name the image.'],
  ['a PDF document', magic(0, '%PDF-'), 'Name the image.'],
  [
    'a picture',
    magic(0, '\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0', '\xff\xd8\xff\xe1', 'GIF87a', 'GIF89a'),
    'Name the image that goes onto a medium.',
  ],
  ['a network capture', bigEndian(0, 0xa1b2c3d4, 0xd4c3b2a1, 0x0a0d0d0a), 'Name the image.'],
  [
    'a torrent',
    (head) => /^d[0-9]+:(announce|info|comment|created)/.test(latin1(head, 0, 40)),
    'A BitTorrent client gets the image that it is about.',
  ],
  ['a git bundle', magic(0, '# v2 git bundle\n', '# v3 git bundle\n'), 'Name the image.'],
  // Encrypted, and signatures.
  ['a file encrypted by openssl', magic(0, 'Salted__'), 'openssl enc -d decrypts it.'],
  ['a file encrypted by age', magic(0, 'age-encryption.org/v1'), 'age -d decrypts it.'],
  ['a file encrypted by OpenPGP', (head) => isPgpEncrypted(head), 'gpg -d decrypts it.'],
  [
    'an OpenPGP signature',
    (head) => isPgpSignature(head),
    'It signs the image and is not it: name the image.',
  ],
];

/**
 * Recognises what must not be written as it is, from the first bytes of an image. Disks, file systems, and whatever
 * else boots are not looked for here.
 */
export function foreignOf(head: Buffer): Foreign | undefined {
  const found = foreign.find(([, matches]) => matches(head));
  if (found) return { what: found[0], hint: found[2] };
  return archiveOf(head) ?? textOf(head);
}

const latin1 = (head: Buffer, from: number, to: number): string =>
  head.toString('latin1', from, to);
const isElf = magic(0, '\x7fELF');
/** System V ABI, "ELF Header": the byte order at 5, the type at 16. */
const elfType = (head: Buffer): number | undefined =>
  head.length < 18 ? undefined : head[5] === 2 ? head.readUInt16BE(16) : head.readUInt16LE(16);

/** Microsoft PE Format, "MS-DOS Stub" and "Signature". */
function isPe(head: Buffer): boolean {
  if (!magic(0, 'MZ')(head) || head.length < 64) return false;
  return magic(head.readUInt32LE(60), 'PE\0\0')(head);
}
