import { createHash, type Hash } from 'node:crypto';
import { LevitateError } from '../../errors.js';
import { promisedByName } from '../compression/compression.js';
import { smallFile } from '../small-file.js';
import { longestMap, readBlockMap, type BlockMap } from './block-map.js';

/** What comparing an image with its block map came to. */
export interface MapFindings {
  /** The checksums that agree and cover all of the image but zeros, for people. */
  covers?: string;
  /** What a person should know though it may be written. */
  warning?: string;
}

/** Compares an image that streams past with the checksums of the block map beside it. */
export class MapReader {
  #at = 0;
  #index = 0;
  #hash: Hash;
  #isZero = true;

  /** @param path of the map, and `image` that of the image, for messages */
  constructor(
    readonly map: BlockMap,
    readonly path: string,
    readonly image: string,
  ) {
    this.#hash = createHash(map.hash);
  }

  /**
   * Takes the next bytes.
   * @throws LevitateError IMAGE_DIGEST
   */
  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length;) {
      const range = this.map.ranges[this.#index];
      const isMapped = range !== undefined && this.#at >= range.start;
      const end = range === undefined ? Infinity : isMapped ? range.end : range.start;
      const part = chunk.subarray(from, from + Math.min(chunk.length, end - this.#at));
      if (isMapped) this.#hash.update(part);
      else this.#isZero &&= isAllZero(part);
      from += part.length;
      this.#at += part.length;
      if (isMapped && this.#at === range.end) this.#endRange(range.checksum);
    }
  }

  /**
   * Gives the result, after all of the image has arrived.
   * @throws LevitateError IMAGE_DIGEST where the image has another size than the map says
   */
  finish(): MapFindings {
    const { imageSize, hash, ranges } = this.map;
    if (this.#at !== imageSize)
      throw differs(this.image, `has ${this.#at} bytes, and ${this.path} says ${imageSize}`);
    if (ranges.length === 0 || ranges.some(({ checksum }) => checksum === undefined)) return {};
    return this.#isZero
      ? {
          covers: `the ${hash.toUpperCase().replace('SHA', 'SHA-')} of each mapped range in ${this.path}`,
        }
      : {
          warning: `blocks that ${this.path} does not list hold data, which nothing compares; all of the image is written.`,
        };
  }

  #endRange(checksum: string | undefined): void {
    const { start, end } = this.map.ranges[this.#index]!;
    const found = this.#hash.digest('hex');
    this.#hash = createHash(this.map.hash);
    this.#index += 1;
    if (checksum === undefined || checksum === found) return;
    throw differs(
      this.image,
      `has other bytes from ${start} to ${end} than ${this.path} says (${this.map.hash} ${found}, not ${checksum})`,
    );
  }
}

/**
 * Finds the block map beside an image: `IMAGE.bmap`, or for a compressed image the same without the ending of its compression.
 * @throws LevitateError IMAGE_DIGEST where it cannot be used
 */
export async function mapBeside(image: string): Promise<MapReader | undefined> {
  const plain = promisedByName(image) === undefined ? [] : [image.replace(/\.[^./]+$/, '')];
  for (const path of [image, ...plain].map((name) => `${name}.bmap`)) {
    const refuse = (what: string, cause?: unknown) => unusable(path, what, cause);
    const bytes = await smallFile(path, longestMap, refuse);
    if (!bytes) continue;
    const map = readBlockMap(bytes.toString('utf8'));
    if (typeof map === 'string') throw unusable(path, map);
    return new MapReader(map, path, image);
  }
  return undefined;
}

const isAllZero = (bytes: Buffer): boolean =>
  bytes.length === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)));

const differs = (image: string, what: string): LevitateError =>
  new LevitateError('IMAGE_DIGEST', `the image ${image} ${what}`, {
    hint: 'Download or copy the image again, with its block map (.bmap).',
    data: { path: image },
  });

const unusable = (path: string, what: string, cause?: unknown): LevitateError =>
  new LevitateError('IMAGE_DIGEST', `${path} ${what}`, {
    hint: 'Get it again from where the image comes from, or take it away: an image needs no block map.',
    cause,
    data: { path },
  });
