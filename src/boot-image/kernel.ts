import { LevitateError } from '../errors.js';
import { compressionOf } from '../image/compression/compression.js';
import { sniff } from '../image/format/sniff.js';
import type { Architecture } from '../profile/schema.js';

/** Where a plain kernel says what it is for: Linux `Documentation/arch/{arm64/booting,riscv/boot-image-header,x86/boot}.rst`, and zImage's magic of `arch/arm/boot/compressed/head.S`. */
const marks: { at: number; text: string; archs: Architecture[] }[] = [
  { at: 56, text: 'ARM\x64', archs: ['aarch64'] },
  { at: 56, text: 'RSC\x05', archs: ['riscv64'] },
  { at: 0x24, text: '\x18\x28\x6f\x01', archs: ['armv5', 'armv7'] },
  { at: 0x202, text: 'HdrS', archs: ['i686', 'x86_64'] },
];

/** What U-Boot decompresses. */
const known = ['none', 'gzip', 'bzip2', 'lzma', 'lz4', 'zstd'];

/**
 * How a kernel is compressed, in U-Boot's words.
 * @throws LevitateError IMAGE_FORMAT for what `bootm` cannot start out of a FIT
 */
export function kernelCompression(path: string, kernel: Uint8Array): string {
  const bytes = Buffer.from(kernel.buffer, kernel.byteOffset, kernel.byteLength);
  const format = sniff(bytes);
  const elf = bytes.toString('latin1', 0, 4) === '\x7fELF';
  if (elf || format === 'uimage' || format === 'fit') {
    const what = elf ? 'an ELF file' : `a ${format === 'fit' ? 'FIT' : 'uImage'} already`;
    throw new LevitateError('IMAGE_FORMAT', `${path} is no plain kernel, it is ${what}`, {
      hint: 'Give the kernel as its own build makes it: Image, zImage, or vmlinux.bin with or without compression.',
    });
  }
  const compression = compressionOf(bytes);
  if (known.includes(compression)) return compression;
  throw new LevitateError(
    'IMAGE_FORMAT',
    `${path} is compressed with ${compression}, which U-Boot does not unpack`,
    { hint: `Compress it with one of ${known.slice(1).join(', ')}.` },
  );
}

/**
 * Refuses a kernel that says itself that it is for another architecture.
 * @throws LevitateError WRONG_ARCHITECTURE
 */
export function checkKernelArchitecture(path: string, kernel: Buffer, arch: Architecture): void {
  const mark = marks.find(
    ({ at, text }) => kernel.toString('latin1', at, at + text.length) === text,
  );
  if (!mark || mark.archs.includes(arch)) return;
  throw new LevitateError(
    'WRONG_ARCHITECTURE',
    `${path} is a kernel for ${mark.archs.join(' or ')}, the profile is for ${arch}`,
    { hint: `Give --kernel a kernel for ${arch}, or correct \`arch\` in the profile.` },
  );
}

/** Whether U-Boot starts this kernel wherever it lies. */
export const runsInPlace = (compression: string, arch: Architecture): boolean =>
  compression === 'none' && ['aarch64', 'armv7', 'armv5'].includes(arch);

/**
 * Refuses what is no device tree (Devicetree Specification 0.4, §5.2).
 * @throws LevitateError IMAGE_FORMAT when these bytes are no whole flattened device tree
 */
export function checkDeviceTree(path: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 40 && view.getUint32(0) === 0xd00dfeed && view.getUint32(4) <= bytes.length)
    return;
  throw new LevitateError('IMAGE_FORMAT', `${path} is no device tree, or not all of one`, {
    hint: 'A .dtb is meant, as the kernel build and dtc write it.',
  });
}
