import { archiveAt, configurationBytes, grubBytes, type RescueSize } from './size.js';

/** GRUB for the BIOS of a PC, as grub-mkimage and Debian's grub-pc-bin have it. */
export interface GrubImages {
  /** boot.img, 512 bytes: what the BIOS starts. */
  boot: Uint8Array;
  /** core.img: what that starts. It reads its configuration from the first 8 sectors of the first partition of its disk. */
  core: Uint8Array;
}

/** What a rescue is, in bytes of its disk. */
export interface RescuePlace extends RescueSize {
  offset: number;
  length: number;
  /** The id of the entry, by which it is known. */
  entryId: string;
  /** Words for the command line of its kernel. */
  words: string;
}

const sector = 512;
/** Places in boot.img and core.img (GRUB 2.06, include/grub/i386/pc/boot.h and grub-core/boot/i386/pc/{boot,diskboot}.S). */
export const inBoot = {
  coreSector: 0x5c,
  drive: 0x64,
  driveCheck: 0x66,
  table: 0x1be,
  signature: 0x1fe,
};
/** The list of where the rest of core.img lies begins there, and goes on in front of it, 12 bytes an entry. */
export const inCore = { restSector: 0x1f4, restSectors: 0x1fc };
/** GRUB's MiB begins with the mark, a sector. */
const coreAt = sector;

/**
 * Makes the first sector of a disk that starts its rescue. Its partition table shows the rescue's files alone. Pure.
 */
export function bootSector({ boot }: GrubImages, { offset, length }: RescuePlace): Buffer {
  const made = leadingTo(boot, (offset + coreAt) / sector);
  made.fill(0, inBoot.table, inBoot.signature);
  // Active, of a type that no system mounts; the cylinders, heads and sectors say that they do not count.
  made.set([0x80, 0xfe, 0xff, 0xff, 0xda, 0xfe, 0xff, 0xff], inBoot.table);
  made.writeUInt32LE((offset + grubBytes) / sector, inBoot.table + 8);
  made.writeUInt32LE((length - grubBytes) / sector, inBoot.table + 12);
  made.writeUInt16LE(0xaa55, inBoot.signature);
  return made;
}

/** A boot.img that starts the core.img at this sector of the drive that the BIOS has started it from. Pure. */
export function leadingTo(boot: Uint8Array, coreSector: number): Buffer {
  const made = Buffer.from(boot);
  made.writeBigUInt64LE(BigInt(coreSector), inBoot.coreSector);
  // grub-setup does this for hard disks.
  made.writeUInt8(0xff, inBoot.drive);
  made.writeUInt16LE(0x9090, inBoot.driveCheck);
  return made;
}

/** A core.img that lies in one piece from this sector on. Pure. */
export function lyingAt(core: Uint8Array, coreSector: number): Buffer {
  const made = Buffer.from(core);
  made.writeBigUInt64LE(BigInt(coreSector + 1), inCore.restSector);
  made.writeUInt16LE(Math.ceil(core.length / sector) - 1, inCore.restSectors);
  return made;
}

/**
 * Makes what stands in front of the kernel of a rescue: its mark, GRUB, and GRUB's configuration. Pure.
 * @throws RangeError where GRUB does not fit into its MiB, or the configuration into its page
 */
export function rescueFront(grub: GrubImages, place: RescuePlace): Buffer {
  const made = Buffer.alloc(grubBytes + configurationBytes);
  made.write(`levitate rescue ${place.entryId}\n`);
  if (coreAt + grub.core.length > grubBytes) throw new RangeError('core.img is larger than 1 MiB');
  made.set(lyingAt(grub.core, (place.offset + coreAt) / sector), coreAt);
  const text = configuration(place);
  if (text.length > configurationBytes) throw new RangeError('the command line is too long');
  made.fill('\n', grubBytes);
  made.write(text, grubBytes);
  return made;
}

/**
 * GRUB's configuration: kernel and archive are read by their sectors, so that no file system is needed. A rescue that does not
 * start is tried again.
 */
function configuration(place: RescuePlace): string {
  const { offset, length, kernelBytes, words } = place;
  const blocks = (from: number, to: number): string =>
    `($root)${(from - grubBytes) / sector}+${Math.ceil((to - from) / sector)}`;
  const kernelFrom = grubBytes + configurationBytes;
  const kernel = blocks(kernelFrom, kernelFrom + kernelBytes);
  const archive = blocks(archiveAt(place, length), length);
  return [
    `if linux ${kernel} ${words} panic=10 levitate.rescue=${offset}+${length}; then`,
    `if initrd ${archive}; then boot; fi; fi`,
    'sleep 5',
    'reboot',
    '',
  ].join('\n');
}
