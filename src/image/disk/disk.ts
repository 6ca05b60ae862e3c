import { LevitateError } from '../../errors.js';
import {
  contradiction,
  cutShort,
  empty,
  endOf,
  overlap,
  range,
  type Fault,
} from './disk-faults.js';
import { isIso, isoLength } from '../format/file-systems.js';
import { GptReader } from './gpt-reader.js';
import type { DiskImage } from '../image.js';
import type { KeptBytes } from '../kept-bytes.js';
import { MbrReader } from './mbr-reader.js';
import { gptSectorSizes, mbrEntries, protective, type Extent } from './partition-table.js';
import { declaredLength, sniffLength } from '../format/sniff.js';

/** What was found in a disk image. */
export interface DiskFindings {
  disk: DiskImage;
  /** Why it must not be written; the first counts. */
  faults: Fault[];
  /** What a person should know though it may be written. */
  warnings: string[];
}

/**
 * Reads the partition tables of a disk image while it streams past: GPT (UEFI Specification 2.10, §5.3) for sectors of
 * 512 or 4096 bytes, and MBR (§5.2) with extended partitions.
 *
 * A kernel that rejects the table finds no partition. Which table counts is decided as Linux and U-Boot decide it: the
 * GPT if an MBR entry of type EE announces it, else the MBR.
 */
export class DiskReader {
  readonly #gpts: GptReader[];
  readonly #mbr: MbrReader;
  readonly #head: Buffer;

  /** @param kept the bytes of the image that are kept; it has the first chunk already */
  constructor(readonly kept: KeptBytes) {
    this.#head = kept.read(0, sniffLength) ?? Buffer.alloc(0);
    this.#gpts = gptSectorSizes(this.#head).map((size) => new GptReader(kept, size));
    this.#mbr = new MbrReader(kept, this.#head);
  }

  /** Reads what has arrived since the last call. */
  advance(): void {
    this.#mbr.advance();
  }

  /** Gives what was found, after all of the image has arrived. */
  finish(): DiskFindings {
    this.advance();
    const findings = this.#table();
    const iso = isIso(this.#head) ? isoLength(this.#head) : 0;
    if (iso > this.kept.length)
      findings.faults.unshift(
        cutShort(`its ISO 9660 descriptor says ${iso} bytes and there are ${this.kept.length}`),
      );
    return findings;
  }

  #table(): DiskFindings {
    const announced = mbrEntries(this.#head)?.find(({ type }) => type === protective);
    if (announced === undefined) return this.#withoutGpt();
    if (this.#gpts.length === 0)
      return broken('its MBR announces a GPT, and there is none in the second sector');
    // Linux `block/partitions/efi.c`, pmbr_part_valid.
    if (announced.start !== 1)
      return broken(`its protective MBR entry begins in sector ${announced.start} in place of 1`);
    const hybrid = this.#mbr.partitions.filter(({ type }) => type !== protective);
    const found = this.#gpts.map((gpt) => this.#judged(gpt, hybrid));
    const sound = found.filter(({ faults }) => faults.length === 0);
    const [first] = sound.length > 0 ? sound : found;
    if (first === undefined || sound.length < 2) return first ?? broken('it has no GPT');
    return {
      disk: {
        sectorSizes: sound.flatMap(({ disk }) => disk.sectorSizes),
        size: Math.max(...sound.map(({ disk }) => disk.size)),
      },
      faults: [],
      warnings: sound.flatMap(({ warnings }) => warnings),
    };
  }

  #withoutGpt(): DiskFindings {
    const { partitions, sectorSizes, faults } = this.#mbr.finish();
    if (partitions.length === 0)
      return broken('it has a GPT, and no protective MBR, without which no system looks for one');
    const warnings =
      this.#gpts.length > 0 && !isIso(this.#head)
        ? ['It has a GPT that its MBR does not announce: the partitions of the MBR count.']
        : [];
    const [sectorSize = 512] = sectorSizes;
    if (sectorSizes.length > 1)
      warnings.push(
        'No known format begins where its MBR has a partition, in sectors of 512 or of 4096 bytes: the sector size of the disks that it was made for is unknown.',
      );
    const found = this.#placed(partitions, sectorSize, endOf(partitions), faults, warnings);
    return { ...found, disk: { ...found.disk, sectorSizes } };
  }

  #judged(gpt: GptReader, hybrid: Extent[]): DiskFindings {
    const { partitions, lastUsable, faults, warnings } = gpt.finish();
    const { sectorSize } = gpt;
    for (const entry of hybrid) {
      const end = (entry.start + entry.length) * sectorSize;
      if (end > this.kept.length)
        faults.push(
          cutShort(
            `MBR ${range(entry)} ends at byte ${end}, and the image has ${this.kept.length} bytes`,
          ),
        );
      const same = partitions.some(({ start }) => start === entry.start);
      const crossing = partitions.find(
        ({ start, length }) => start < entry.start + entry.length && entry.start < start + length,
      );
      if (!same && crossing && !isIso(this.#head))
        faults.push(contradiction(`MBR ${range(entry)} and GPT ${range(crossing)} share sectors`));
    }
    if (partitions.length === 0 && faults.length === 0)
      faults.push(empty('its GPT has no partition, so that nothing can boot from it'));
    const needs = Math.max(lastUsable + 1, endOf(partitions));
    return this.#placed(partitions, sectorSize, needs, faults, warnings);
  }

  /** Adds what there is to say about partitions that overlap, and about the end of the image. */
  #placed(
    partitions: Extent[],
    sectorSize: number,
    needs: number,
    faults: Fault[],
    warnings: string[],
  ): DiskFindings {
    const shared = isIso(this.#head) ? undefined : overlap(partitions);
    if (shared) faults.push(shared);
    const { length } = this.kept;
    const beyond = partitions.filter((one) => (one.start + one.length) * sectorSize > length);
    const [last] = beyond;
    if (last && beyond.length === 1 && this.#isWhole(last, sectorSize)) {
      warnings.push(
        `It ends inside ${range(last)}, behind the file system there, which is whole: it has ${length} bytes, the partition ends at byte ${(last.start + last.length) * sectorSize}.`,
      );
    } else if (last) {
      faults.push(
        cutShort(
          `${range(last)} ends at byte ${(last.start + last.length) * sectorSize}, and the image has ${length} bytes`,
        ),
      );
    }
    const size = needs * sectorSize;
    const disk = { sectorSizes: [sectorSize], size, partitions: partitions.length };
    return { disk, faults, warnings };
  }

  /**
   * Whether the content of a partition says how long it is, and all of that is there. Build systems end an image
   * behind the root file system, and leave the rest of its partition to the first boot (OpenWrt for SD cards).
   */
  #isWhole({ start }: Extent, sectorSize: number): boolean {
    const content = this.kept.read(start * sectorSize, sniffLength);
    const needed = content === undefined ? 0 : declaredLength(content);
    return needed > 0 && start * sectorSize + needed <= this.kept.length;
  }
}

const broken = (what: string): DiskFindings => ({
  disk: { sectorSizes: [], size: 0 },
  faults: [contradiction(what)],
  warnings: [],
});

/** The error for the first fault of a disk image. */
export function diskFault(path: string, { kind, what }: Fault): LevitateError {
  const { code, message, hint } = faultErrors[kind];
  return new LevitateError(code, `${message(path)}: ${what}`, {
    hint: `${hint} If it is meant to be so, say so with the decompressed file: TARGET=raw:FILE.`,
    data: { path },
  });
}

const faultErrors = {
  cut: {
    code: 'IMAGE_TRUNCATED',
    message: (path: string) => `the image ${path} is cut short`,
    hint: 'Copy or download it again, and compare its size with the original.',
  },
  contradiction: {
    code: 'IMAGE_CORRUPT',
    message: (path: string) => `the partition table of the image ${path} contradicts itself`,
    hint: 'sgdisk --verify tells more, and gdisk mends tables.',
  },
  empty: {
    code: 'IMAGE_FORMAT',
    message: (path: string) => `the image ${path} is an empty disk`,
    hint: 'sgdisk --print shows its table. Give the image that the build made at its end.',
  },
} as const;
