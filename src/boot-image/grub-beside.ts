import {
  inBoot,
  inCore,
  leadingTo,
  lyingAt,
  type GrubImages,
} from '../flash/rescue/boot-sector.js';
import type { GrubRecipe } from './grub-images.js';

/**
 * GRUB for a PC with a BIOS beside the one that is there: it starts a new system once, and the boot sector of before, with all that
 * follows from it, where nobody has confirmed the new one. Which of them lies on the disk is one sector.
 */
export interface GrubBeside {
  /** The first sector of the disk that starts it; the partition table in it is that of before. */
  boot: Buffer;
  /** The sector that the rest of it begins at. */
  coreSector: number;
  /** The rest of it. */
  core: Buffer;
}

/** A partition, in sectors of its disk. */
export interface SectorExtent {
  /** The first of them. */
  from: number;
  /** The one behind the last. */
  end: number;
}

const sector = 512;
/** The code of a boot sector ends there; the serial number of the disk and the partition table of an MBR follow. */
const codeEnd = 440;

/** Whether a sector is GRUB's boot.img, which has this word for its messages. Pure. */
export const isGrub = (boot: Uint8Array): boolean =>
  Buffer.from(boot.subarray(0, codeEnd)).includes('GRUB');

/** The sector at which the core.img begins that a boot.img starts. Pure. */
export const coreSectorOf = (boot: Uint8Array): number =>
  Number(Buffer.from(boot).readBigUInt64LE(inBoot.coreSector));

/**
 * Where a core.img lies: the sector behind the last of all its pieces. Pure.
 * @param first its first sector
 * @param coreSector where that lies
 */
export function coreEndOf(first: Uint8Array, coreSector: number): number {
  const bytes = Buffer.from(first);
  let end = coreSector + 1;
  for (let at = inCore.restSector; at >= 0; at -= 12) {
    const sectors = bytes.readUInt16LE(at + 8);
    if (sectors === 0) break;
    end = Math.max(end, Number(bytes.readBigUInt64LE(at)) + sectors);
  }
  return end;
}

/**
 * Finds room for another core.img beside the one that is there: in the same partition for boot loaders of a GPT, or in front of the
 * first partition of an MBR. Pure.
 * @param old where the core.img lies that is there
 * @param sectors how many the other one takes
 * @param partitions of the disk
 * @returns its first sector; or why there is no room, a sentence without a stop
 */
export function roomForCore(
  old: SectorExtent,
  sectors: number,
  partitions: readonly SectorExtent[],
  isGpt: boolean,
): number | { why: string } {
  const around = partitions.find(({ from, end }) => from <= old.from && old.from < end);
  if (isGpt && !around) return { why: 'the GRUB of the disk lies in no partition of its GPT' };
  const end = around?.end ?? Math.min(...partitions.map(({ from }) => from));
  const found = end - sectors;
  return found >= old.end
    ? found
    : {
        why: `beside the GRUB of the disk there is room for ${Math.max(0, end - old.end) / 2} KiB, and another one takes ${sectors / 2} KiB`,
      };
}

/** What is in a GRUB that lies beside another: it reads its files from a new ext4. */
export const besideRecipe = (partition: number, isGpt: boolean): GrubRecipe => ({
  modules: ['part_gpt', 'part_msdos', 'ext2', 'loadenv', 'chain', 'echo'],
  prefix: `(,${isGpt ? 'gpt' : 'msdos'}${partition})${besideFolder}`,
  early: 'normal $prefix/grub.cfg',
});

/** The folder of the new system with what this GRUB reads. */
export const besideFolder = '/boot/levitate';

/** The file by which it chooses, of the loader `grubenv`. */
export const besideEnvironment = `${besideFolder}/grubenv`;

/** The names of both systems for it. */
export const besideNames = { old: 'old', new: 'new' } as const;

/** Puts GRUB's parts where they are to lie. Pure. */
export function placedBeside(
  grub: GrubImages,
  coreSector: number,
  oldBoot: Uint8Array,
): GrubBeside {
  const boot = leadingTo(grub.boot, coreSector);
  boot.set(oldBoot.subarray(codeEnd), codeEnd);
  const core = Buffer.alloc(Math.ceil(grub.core.length / sector) * sector);
  core.set(lyingAt(grub.core, coreSector));
  return { boot, coreSector, core };
}

/** What the kernel of the new system is, as paths in it, and its command line. */
export interface StartSpec {
  kernel: string;
  initrd: string | undefined;
  words: string;
}

/**
 * The configuration: the variables are those of the loader `grubenv`. The try is taken before the new system starts; what panics or does
 * not start leads to the boot sector of before. Pure.
 */
export function besideConfiguration({ kernel, initrd, words }: StartSpec): string {
  const { old, new: started } = besideNames;
  const boot = `linux ${kernel} ${words} panic=10 levitate.slot=${started} $trial`;
  return [
    '# levitate starts the new system by this once, and the old one after it until the new one is confirmed.',
    'load_env',
    `set chosen=${old}`,
    'set trial=',
    `if [ "$lv_default" = ${started} ]; then`,
    `  set chosen=${started}`,
    `elif [ "$lv_next" = ${started} ]; then`,
    '  if [ "$lv_tries" = 1 ]; then',
    '    set lv_tries=0',
    '    if save_env lv_tries; then',
    `      set chosen=${started}`,
    '      set trial=levitate.trial',
    '    fi',
    '  fi',
    'fi',
    `if [ "$chosen" = ${started} ]; then`,
    `  echo "Starting the new system ..."`,
    `  if ${boot}; then`,
    ...(initrd === undefined ? ['    boot'] : [`    if initrd ${initrd}; then boot; fi`]),
    '  fi',
    'fi',
    'echo "Starting the old system ..."',
    'if chainloader $prefix/old.img; then boot; fi',
    'sleep 5',
    'reboot',
    '',
  ].join('\n');
}
