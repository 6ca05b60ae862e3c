import { warn, type Run } from '../progress.js';
import { compressionOf } from './compression/compression.js';
import { corrupt, unsupported, wrongCrc } from './image-errors.js';
import { diskFault, DiskReader } from './disk/disk.js';
import { FitBoards } from './format/fit-boards.js';
import { foreignEnd } from './format/foreign-end.js';
import { foreignOf } from './format/foreign.js';
import type { Foreign } from './format/foreign-archives.js';
import type { ImageCompression, ImageFormat, ImageIndex } from './image.js';
import { refuseIncomplete } from './incomplete.js';
import { KeptBytes } from './kept-bytes.js';
import { declaredLength, largestSector, sniff, sniffLength } from './format/sniff.js';
import { looksLike, SameBytes } from './format/looks-like.js';
import { StatedCrc } from './format/stated-crc.js';
import { SysupgradeReader, type FoundSysupgrade } from './sysupgrade/sysupgrade.js';
import { ubiBehind } from './ubi/ubi-behind.js';
import { UbiReader } from './ubi/ubi.js';
import { ubifsLebSize } from './ubi/ubifs.js';

/** What is known of an image by its content. */
export type Content = Pick<
  ImageIndex,
  | 'format'
  | 'looksLike'
  | 'length'
  | 'ubi'
  | 'ubiBehind'
  | 'disk'
  | 'largestSector'
  | 'ubifsLebSize'
  | 'tree'
  | 'boards'
> & {
  /** What an OpenWrt sysupgrade file holds. */
  files?: FoundSysupgrade;
};

/**
 * Reads the content of an image while it streams past: it tells the format, and refuses content that must not be
 * written. Where a person asked for the bytes as they are (`raw`), it refuses no format.
 */
export class ContentReader {
  readonly #kept = new KeptBytes();
  #head: Buffer = Buffer.alloc(0);
  #format: ImageFormat = 'unknown';
  #ubi: UbiReader | undefined;
  #sysupgrade: SysupgradeReader | undefined;
  #boards: FitBoards | undefined;
  #disk: DiskReader | undefined;
  #declared = 0;
  #ubiBehind: number | undefined;
  #crc: StatedCrc | undefined;
  readonly #same = new SameBytes();
  /** The checksums in the image itself that cover all of it and agree, for people; known after `finish`. */
  readonly sound: string[] = [];

  /** @param path for messages */
  constructor(
    readonly path: string,
    readonly compression: ImageCompression,
    readonly raw: boolean,
  ) {}

  /**
   * Takes the next chunk, which must not change any more until it is given back.
   * @returns a chunk of before that it has no use for any more
   * @throws LevitateError IMAGE_FORMAT for what cannot be written as it is; IMAGE_CORRUPT for damaged UBI
   */
  push(chunk: Buffer): Buffer | undefined {
    const left = this.#kept.push(chunk);
    if (this.#kept.length === chunk.length) this.#begin(chunk.subarray(0, sniffLength));
    this.#ubi?.push(chunk);
    this.#sysupgrade?.push(chunk);
    this.#boards?.push(chunk);
    if (this.#ubi === undefined)
      this.#ubiBehind ??= ubiBehind(chunk, this.#kept.length - chunk.length, this.#declared);
    this.#disk?.advance();
    this.#crc?.push(chunk);
    this.#same.push(chunk);
    // These keep parts of what they have not read to its end.
    return this.#ubi || this.#sysupgrade ? undefined : left;
  }

  /**
   * Gives what was found, after all of the image was pushed.
   * @param run told `note` for what a person should know
   * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_FORMAT
   */
  finish(run: Run = {}): Content {
    const { length, tail } = this.#kept;
    if (length === 0) throw corrupt(this.path, 'there is nothing in it but compression', undefined);
    if (!this.raw) {
      this.#refuse(foreignEnd(tail));
      refuseIncomplete(this.path, this.#head, length);
    }
    const crc = this.#crc?.finish() ?? {};
    if (crc.wrong !== undefined) throw wrongCrc(this.path, crc.wrong);
    if (crc.covers !== undefined) this.sound.push(crc.covers);
    const found = this.#disk?.finish();
    const [fault] = found?.faults ?? [];
    if (fault !== undefined && !this.raw) throw diskFault(this.path, fault);
    const warnings = [
      ...(found?.warnings ?? []),
      ...(crc.warning === undefined ? [] : [crc.warning]),
    ];
    for (const message of warnings) warn(run, `${this.path}: ${message}`);
    const sector = largestSector(this.#head);
    const seems =
      this.#format === 'unknown' ? (this.#same.finish() ?? looksLike(this.#head)) : undefined;
    const lebSize = ubifsLebSize(this.#head);
    const boards = this.#boards?.finish() ?? [];
    return {
      format: this.#format,
      ...(seems === undefined ? {} : { looksLike: seems }),
      length,
      ...(this.#ubi === undefined ? {} : { ubi: this.#ubi.finish(run) }),
      ...(this.#sysupgrade === undefined ? {} : { files: this.#sysupgrade.finish() }),
      ...(boards.length > 0 ? { boards } : {}),
      ...(this.#ubiBehind === undefined ? {} : { ubiBehind: this.#ubiBehind }),
      ...(found === undefined ? {} : { disk: found.disk }),
      ...(sector === undefined ? {} : { largestSector: sector }),
      ...(lebSize === undefined ? {} : { ubifsLebSize: lebSize }),
    };
  }

  #begin(head: Buffer): void {
    this.#head = head;
    if (!this.raw) {
      this.#refuseTwice(compressionOf(head));
      this.#refuse(foreignOf(head));
      this.#crc = new StatedCrc(head);
    }
    this.#format = sniff(head);
    this.#declared = declaredLength(head);
    if (this.#format === 'ubi') this.#ubi = new UbiReader(this.path);
    if (this.#format === 'fit' && !this.raw) this.#boards = new FitBoards(head);
    if (this.#format === 'disk') this.#disk = new DiskReader(this.#kept);
    if (this.#format === 'sysupgrade' && !this.raw) this.#sysupgrade = this.#unpacked();
  }

  #unpacked(): SysupgradeReader {
    // A boot loader takes a kernel in whatever it is wrapped, which the archive around it vouches for.
    return new SysupgradeReader(
      this.path,
      (member) => new ContentReader(this.path, 'none', member === 'kernel'),
    );
  }

  #refuseTwice(inner: string): void {
    if (this.compression === 'none' || inner === 'none') return;
    if (inner === 'sparse')
      throw unsupported(
        this.path,
        `it is an Android sparse image, compressed with ${this.compression}`,
        'Decompress it once: levitate unpacks the sparse image itself.',
      );
    throw unsupported(
      this.path,
      `it is compressed twice, with ${this.compression} and inside with ${inner}`,
      `Decompress it once: the ${this.compression} layer is not needed. Where a boot loader reads it compressed, say so with the decompressed file: TARGET=raw:FILE.`,
    );
  }

  #refuse(foreign: Foreign | undefined): void {
    if (foreign === undefined) return;
    // A ramdisk is a compressed cpio archive, and may belong on a target of its own.
    const asItIs = ' Where a boot loader unpacks the file itself, say so: TARGET=raw:FILE.';
    throw unsupported(
      this.path,
      `it is ${foreign.what}`,
      this.compression === 'none' ? foreign.hint : foreign.hint + asItIs,
    );
  }
}
