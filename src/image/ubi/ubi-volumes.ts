import { corrupt, truncated, unsupported } from '../image-errors.js';
import { refuseIncomplete } from '../incomplete.js';
import { sniffLength } from '../format/sniff.js';
import { layoutVolume, mostVolumes, type VidHeader, type VolumeRecord } from './ubi-headers.js';
import { ubifsLebSize } from './ubifs.js';

/** What was found of one volume. */
interface Found {
  /** The sequence numbers of each logical eraseblock (LEB). */
  blocks: Map<number, bigint[]>;
  /** How many LEBs a static volume says that it has; 0 for a dynamic one. */
  usedBlocks: number;
  /** Bytes that a LEB holds. */
  blockSize: number;
  /** The first bytes of LEB 0. */
  head: Buffer;
}

/**
 * Gathers the LEBs of a UBI image, and tells whether its volumes are whole. ubinize writes each LEB once, in order and
 * with the sequence number 0; on a chip, where the kernel has written, a dynamic volume may lack any LEB, and an older
 * copy of one may still exist. `path` is for messages only.
 */
export class UbiVolumes {
  readonly #found = new Map<number, Found>();
  #pristine = true;

  constructor(readonly path: string) {}

  /**
   * Takes the next LEB that belongs to a volume.
   * @param data all bytes from its data offset on
   * @throws LevitateError IMAGE_CORRUPT where the same LEB came before with the same sequence number, which is where
   * the kernel gives up (Linux `drivers/mtd/ubi/attach.c`)
   */
  add(header: VidHeader, data: Buffer): void {
    if (header.sequence !== 0n) this.#pristine = false;
    if (header.volume > layoutVolume) return;
    const { volume, logicalBlock, usedBlocks, sequence } = header;
    const found = this.#found.get(volume) ?? {
      blocks: new Map<number, bigint[]>(),
      usedBlocks,
      blockSize: data.length - header.padding,
      head: Buffer.alloc(0),
    };
    this.#found.set(volume, found);
    const sequences = found.blocks.get(logicalBlock) ?? [];
    if (sequences.includes(sequence)) throw this.#twice(volume, logicalBlock);
    found.blocks.set(logicalBlock, [...sequences, sequence]);
    if (logicalBlock === 0 && volume < mostVolumes)
      found.head = Buffer.from(data.subarray(0, Math.min(sniffLength, found.blockSize)));
  }

  /**
   * Checks the volumes that the volume table tells of.
   * @returns the names of the empty ones, except for a volume that grows to what the chip has left: it is empty in most
   * layouts
   * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for a UBIFS of another LEB size
   */
  check(records: VolumeRecord[]): string[] {
    for (const record of records) this.#checkOne(record);
    return records
      .filter(({ id, isStatic, autoresize }) => !isStatic && !autoresize && !this.#found.has(id))
      .map(({ name }) => name);
  }

  #checkOne({ id, name, isStatic }: VolumeRecord): void {
    const found = this.#found.get(id);
    if (found === undefined && isStatic && this.#pristine)
      throw truncated(this.path, `nothing of its static volume ${name} is there`, undefined);
    if (found === undefined || !(isStatic || this.#pristine)) return;
    const last = [...found.blocks.keys()].reduce((most, block) => Math.max(most, block), 0);
    const count = isStatic ? found.usedBlocks : last + 1;
    if (found.blocks.size < count) {
      const missing = firstMissing(found.blocks);
      throw missing > last
        ? truncated(
            this.path,
            `its static volume ${name} has ${count} LEBs and ${found.blocks.size} of them are there`,
            undefined,
          )
        : corrupt(this.path, `LEB ${missing} of its volume ${name} is missing`, undefined);
    }
    if (isStatic) return;
    refuseIncomplete(this.path, found.head, count * found.blockSize, `UBI volume ${name}: `);
    const made = ubifsLebSize(found.head) ?? found.blockSize;
    if (made !== found.blockSize)
      throw unsupported(
        this.path,
        `the UBIFS in its volume ${name} was made for LEBs of ${made} bytes, and the volume has LEBs of ${found.blockSize}`,
        'Make it anew: mkfs.ubifs -e.',
      );
  }

  #twice(volume: number, block: number): Error {
    const which = volume === layoutVolume ? 'the volume table' : `volume ${volume}`;
    return corrupt(
      this.path,
      `LEB ${block} of ${which} is in it twice, as where one UBI image follows another`,
      undefined,
    );
  }
}

function firstMissing(blocks: ReadonlyMap<number, unknown>): number {
  let block = 0;
  while (blocks.has(block)) block++;
  return block;
}
