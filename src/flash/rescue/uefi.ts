import { parseBootOption } from './boot-option.js';
import { fatFront } from './fat/front.js';
import { guidOf } from './guid.js';
import type { RescuePlace } from './boot-sector.js';
import { archiveAt, frontBytes, markBytes } from './size.js';
import { diskEnds, type DiskEnds } from './tables.js';

/** What makes a rescue one that the firmware of a machine with UEFI starts. */
export interface UefiPlace extends RescuePlace {
  /** Bytes of the disk. */
  diskBytes: number;
  /** The variable by which the firmware has started the old system, without its attributes; empty where that is not known. */
  bootOption: Buffer;
}

/** The program of a removable medium (UEFI 2.10, §3.5.1.1), which firmware starts where nothing else is told. */
const removable = { x86_64: 'EFI/BOOT/BOOTX64.EFI', aarch64: 'EFI/BOOT/BOOTAA64.EFI' };

/** The processors that a rescue can be made for on UEFI. */
export type UefiArchitecture = keyof typeof removable;

/** Whether a rescue can be made for this processor on UEFI. Pure. */
export const isUefiArchitecture = (arch: string): arch is UefiArchitecture =>
  Object.hasOwn(removable, arch);

/**
 * Makes both ends of a disk whose firmware starts its rescue. Its partition has the GUID of the one that the old system was started
 * from, so that what the firmware has kept leads to it. Pure.
 */
export const uefiEnds = (place: UefiPlace): DiskEnds =>
  diskEnds({
    diskBytes: place.diskBytes,
    offset: place.offset + markBytes,
    length: place.length - markBytes,
    diskGuid: guidOf(`levitate disk ${place.entryId}`),
    partitionGuid:
      parseBootOption(place.bootOption)?.partitionGuid ?? guidOf(`levitate ${place.entryId}`),
  });

/**
 * Makes what stands in front of the kernel of a rescue: its mark, and the file system with the boot loader, in which kernel and archive
 * come to be files. Pure.
 * @param loader the boot loader (initramfs/efi)
 * @throws RangeError where the command line, or the path of the old boot loader, is too long
 */
export function uefiFront(loader: Uint8Array, arch: UefiArchitecture, place: UefiPlace): Buffer {
  const { offset, length, kernelBytes } = place;
  const front = frontBytes('uefi', length);
  const archive = length - archiveAt(place, length);
  const words = Buffer.from(`${kernelWords(place)}\n`);
  if (words.length > 2047) throw new RangeError('the command line is too long');
  const path = removable[arch];
  const named = parseBootOption(place.bootOption)?.path;
  const starts = [path, named?.toUpperCase() === path ? undefined : named];
  const made = fatFront(
    {
      bytes: length - markBytes,
      startSector: (offset + markBytes) / 512,
      front: front - markBytes,
    },
    [
      ...starts.flatMap((one) => (one === undefined ? [] : [{ path: one, content: loader }])),
      { path: 'LEVITATE/WORDS', content: words },
      { path: 'LEVITATE/KERNEL', content: kernelBytes },
      { path: 'LEVITATE/ARCHIVE', content: archive },
    ],
  );
  const mark = Buffer.alloc(markBytes);
  mark.write(`levitate rescue ${place.entryId}\n`);
  return Buffer.concat([mark, made]);
}

/** Kernels before Linux 5.8 ask for an archive by their command line alone. */
const kernelWords = ({ words, offset, length }: RescuePlace): string =>
  `${words} panic=10 levitate.rescue=${offset}+${length} initrd=\\LEVITATE\\ARCHIVE`;
