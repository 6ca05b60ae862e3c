import { createHash } from 'node:crypto';
import { LevitateError } from '../../errors.js';
import { warn, type Run } from '../../progress.js';
import { corrupt, truncated, unsupported } from '../image-errors.js';
import { pebsInGroup, type UbiImage } from '../image.js';
import {
  ecHeader,
  ecHeaderSize,
  layoutVolume,
  ubiCrc,
  vidHeader,
  vidHeaderSize,
  volumeRecords,
  type EcHeader,
  type VolumeRecord,
} from './ubi-headers.js';
import { UbiVolumes } from './ubi-volumes.js';

/** No flash has larger eraseblocks; a second header that is further away is not looked for. */
const largestPeb = 16 * 1024 * 1024;

/**
 * Reads a ubinized image while it streams past, one physical eraseblock (PEB) at a time: every PEB's headers are
 * checked, the volume table is read, and what it tells of must be there. `path` is for messages only.
 * @throws LevitateError from `push` and `finish`: IMAGE_CORRUPT naming the PEB or the volume, IMAGE_TRUNCATED
 * where the image ends inside a PEB, or before its volumes do.
 */
export class UbiReader {
  readonly #bodies: string[] = [];
  #body = createHash('sha256');
  #pending: Buffer[] = [];
  #pendingLength = 0;
  #first: EcHeader | undefined;
  #pebSize = 0;
  #pebCount = 0;
  #table: VolumeRecord[] | undefined;
  readonly #volumes: UbiVolumes;

  constructor(readonly path: string) {
    this.#volumes = new UbiVolumes(path);
  }

  push(bytes: Uint8Array): void {
    this.#pending.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#pendingLength += bytes.length;
    if (this.#pebSize === 0) this.#measure();
    if (this.#pebSize === 0 || this.#pendingLength < this.#pebSize) return;
    const joined = this.#joined();
    let at = 0;
    for (; at + this.#pebSize <= joined.length; at += this.#pebSize)
      this.#takePeb(joined.subarray(at, at + this.#pebSize));
    this.#pending = [joined.subarray(at)];
    this.#pendingLength = joined.length - at;
  }

  /** What the image says of itself, after all of it was pushed; `run` is told of volumes that hold nothing. */
  finish(run: Run = {}): UbiImage {
    if (this.#pebSize === 0 || this.#first === undefined)
      throw truncated(this.path, 'a UBI image has at least two eraseblocks', undefined);
    if (this.#pendingLength > 0) throw this.#leftOver();
    if (this.#table === undefined)
      throw corrupt(this.path, 'the UBI image has no volume table', undefined);
    const empty = this.#volumes.check(this.#table);
    if (empty.length > 0)
      warn(
        run,
        `${this.path}: it holds nothing for the UBI volumes ${empty.join(', ')}, which will be empty`,
      );
    if (this.#pebCount % pebsInGroup(this.#pebSize) !== 0) this.#endGroup();
    const lebSize = this.#pebSize - this.#first.dataOffset;
    return {
      pebSize: this.#pebSize,
      ...this.#first,
      pebCount: this.#pebCount,
      volumes: this.#table.map(({ name }) => name),
      table: this.#table.map(({ name, isStatic, reservedBlocks, padding, autoresize }) => ({
        ...{ name, isStatic, lebs: reservedBlocks, lebSize: lebSize - padding, autoresize },
      })),
      bodies: this.#bodies,
    };
  }

  /** The PEB size is the distance between the first two erase counter headers. */
  #measure(): void {
    const start = this.#joined();
    this.#pending = [start];
    if (start.length < ecHeaderSize) return;
    this.#first = this.#ecHeader(start, 0);
    for (
      let at = start.indexOf('UBI#', ecHeaderSize);
      at >= 0;
      at = start.indexOf('UBI#', at + 1)
    ) {
      if (at + ecHeaderSize > start.length) return;
      if (ecHeader(start.subarray(at)) === undefined) continue;
      this.#pebSize = at;
      this.#refuseOutOfBand();
      return;
    }
    if (start.length > largestPeb)
      throw corrupt(this.path, 'no second UBI eraseblock follows the first', undefined);
  }

  /**
   * Eraseblocks are a power of two long, and the out-of-band bytes of NAND are a 64th to an 8th of its pages: an
   * eraseblock that is longer by these bytes shows that the image is a dump of the chip, in which data and ECC bytes
   * alternate.
   */
  #refuseOutOfBand(): void {
    const data = 2 ** Math.floor(Math.log2(this.#pebSize));
    const extra = this.#pebSize - data;
    if (extra * 64 < data || extra * 8 > data) return;
    throw unsupported(
      this.path,
      `it is a dump of NAND flash with its out-of-band bytes (${extra} in each eraseblock of ${data})`,
      'Take the image that ubinize has made. A dump without these bytes (nanddump without --oob) still belongs to the one chip that it was read from.',
    );
  }

  #takePeb(peb: Buffer): void {
    const number = this.#pebCount++;
    if (peb.subarray(0, ecHeaderSize).every((byte) => byte === 0xff)) throw this.#erased(number);
    const { vidHeaderOffset, dataOffset } = this.#ecHeader(peb, number);
    if (vidHeaderOffset !== this.#first?.vidHeaderOffset || dataOffset !== this.#first.dataOffset)
      throw this.#wrong(number, 'has other offsets than the first');
    this.#body.update(peb.subarray(ecHeaderSize));
    if (this.#pebCount % pebsInGroup(this.#pebSize) === 0) this.#endGroup();
    const bytes = peb.subarray(vidHeaderOffset, vidHeaderOffset + vidHeaderSize);
    if (bytes.every((byte) => byte === 0xff)) return;
    const header = vidHeader(bytes);
    if (header === undefined) throw this.#wrong(number, 'has a wrong volume identifier header');
    const data = peb.subarray(dataOffset);
    if (header.dataSize > data.length)
      throw this.#wrong(number, 'says that it holds more than it can');
    if (header.dataSize > 0 && ubiCrc(data.subarray(0, header.dataSize)) !== header.dataCrc)
      throw this.#wrong(number, 'has a wrong data checksum');
    if (header.padding >= data.length) throw this.#wrong(number, 'says that all of it is padding');
    this.#volumes.add(header, data);
    if (header.volume !== layoutVolume) return;
    const records = volumeRecords(data);
    if (records === undefined) throw this.#wrong(number, 'has a wrong volume table');
    this.#table ??= records;
  }

  #endGroup(): void {
    this.#bodies.push(this.#body.digest('hex'));
    this.#body = createHash('sha256');
  }

  #ecHeader(peb: Buffer, number: number): EcHeader {
    const header = ecHeader(peb);
    if (header === undefined) throw this.#wrong(number, 'has a wrong erase counter header');
    const { vidHeaderOffset, dataOffset } = header;
    const sound =
      vidHeaderOffset >= ecHeaderSize &&
      dataOffset >= vidHeaderOffset + vidHeaderSize &&
      (this.#pebSize === 0 || dataOffset < this.#pebSize);
    if (!sound) throw this.#wrong(number, 'has impossible offsets');
    return header;
  }

  #leftOver(): Error {
    const begun = this.#joined().subarray(0, 4).toString('latin1') === 'UBI#';
    const what = `eraseblock ${this.#pebCount} of ${this.#pebSize} bytes`;
    return begun
      ? truncated(this.path, `${what} is not whole`, undefined)
      : corrupt(this.path, `something else follows where ${what} would begin`, undefined);
  }

  /** ubinize writes no eraseblock that is empty; a chip has them wherever nothing was written. */
  #erased(peb: number): Error {
    return new LevitateError(
      'IMAGE_CORRUPT',
      `the image ${this.path} is no image of ubinize: UBI eraseblock ${peb} is erased, as in a dump of flash`,
      {
        hint: 'Take the image that ubinize has made, or give the contents of the volumes to ubi-volume targets.',
        data: { path: this.path, peb },
      },
    );
  }

  #wrong(peb: number, what: string): Error {
    return corrupt(this.path, `UBI eraseblock ${peb} ${what}`, undefined);
  }

  #joined(): Buffer {
    return this.#pending.length === 1 && this.#pending[0] !== undefined
      ? this.#pending[0]
      : Buffer.concat(this.#pending);
  }
}
