import { contradiction, cutShort, endOf, overlap, range, type Fault } from './disk-faults.js';
import type { KeptBytes } from '../kept-bytes.js';
import { extended, mbrEntries, protective, type Extent, type MbrEntry } from './partition-table.js';
import { sniff, sniffLength } from '../format/sniff.js';

/** More logical partitions than any disk has; a chain that is longer is followed no further. */
const mostLogical = 100;

/**
 * Reads the MBR of an image that streams past, and the chain of its logical partitions (one sector before each of them,
 * as Linux `block/partitions/msdos.c` reads them) as far as it leads forward.
 */
export class MbrReader {
  /** The entries of the first sector. */
  readonly partitions: MbrEntry[];
  readonly #logical: Extent[] = [];
  readonly #faults: Fault[] = [];
  /** The sizes in bytes that a sector may have; an MBR does not tell which one it counts in. */
  readonly #sizes: number[];
  #container: MbrEntry | undefined;
  /** The sector where the chain goes on. */
  #next: number | undefined;
  #followed = 0;

  /** Asks `kept`, which has the first chunk already, to keep what is needed later. */
  constructor(
    readonly kept: KeptBytes,
    head: Buffer,
  ) {
    this.partitions = (mbrEntries(head) ?? []).filter(({ length }) => length > 0);
    const own = this.partitions.filter(({ type }) => type !== protective);
    this.#sizes = own.length > 0 ? [512, 4096] : [];
    for (const size of this.#sizes)
      for (const { start } of own) kept.want(start * size, sniffLength);
    this.#container = own.find(({ type }) => extended.includes(type));
    this.#follow(this.#container?.start);
  }

  /** Reads what has arrived since the last call. */
  advance(): void {
    for (;;) {
      const container = this.#container;
      const place = this.#next;
      if (container === undefined || place === undefined) return;
      const sector = this.kept.read(place * 512, 512);
      if (sector?.length !== 512) return;
      this.#next = undefined;
      const entries = mbrEntries(sector)?.filter(({ length }) => length > 0) ?? [];
      for (const entry of entries) {
        if (extended.includes(entry.type)) this.#follow(container.start + entry.start);
        else this.#found(place, entry);
      }
    }
  }

  /** Gives what was found, after all of the image has arrived. */
  finish(): { partitions: Extent[]; sectorSizes: number[]; faults: Fault[] } {
    const sectorSizes = this.#sectorSizes();
    const [sectorSize] = sectorSizes;
    // The chain was followed in sectors of 512 bytes; an image for larger sectors is judged by its first sector alone.
    const faults = sectorSize === 512 ? this.#faults : [];
    if (sectorSize === 512 && this.#next !== undefined && this.#next * 512 >= this.kept.length)
      faults.push(
        cutShort(
          `a logical partition is announced in sector ${this.#next}, and the image has ${this.kept.length} bytes`,
        ),
      );
    if (sectorSize !== 512 || this.#logical.length === 0)
      return { partitions: this.partitions, sectorSizes, faults };
    // The logical partitions take the place of the extended partition that contains them.
    const shared = overlap(this.partitions);
    if (shared) faults.push(shared);
    const primary = this.partitions.filter((one) => one !== this.#container);
    return { partitions: [...primary, ...this.#logical], sectorSizes, faults };
  }

  #found(place: number, { start, length }: MbrEntry): void {
    const logical = {
      name: `logical partition ${this.#logical.length + 5}`,
      start: place + start,
      length,
    };
    const container = this.#container;
    if (container && logical.start + length > container.start + container.length)
      this.#faults.push(
        contradiction(`${range(logical)} is not inside the extended ${range(container)}`),
      );
    this.#logical.push(logical);
    this.kept.want(logical.start * 512, sniffLength);
  }

  #follow(place: number | undefined): void {
    this.#next = this.#followed++ < mostLogical ? place : undefined;
    if (place !== undefined) this.kept.want(place * 512, 512);
  }

  /**
   * Gives the sector size with which a known format begins at the start of a partition; 512 is tried first. Where no
   * format is known, it gives both sizes if the image holds all partitions with either, and 512 otherwise.
   */
  #sectorSizes(): [number, ...number[]] {
    const known = (size: number): boolean =>
      this.partitions.some(({ start }) => {
        const content = start === 0 ? undefined : this.kept.read(start * size, sniffLength);
        return content !== undefined && sniff(content) !== 'unknown';
      });
    if (this.#logical.length > 0 || known(512)) return [512];
    if (known(4096)) return [4096];
    const fits = endOf(this.partitions) * 4096 <= this.kept.length;
    return fits && this.partitions.every(({ start }) => start > 0) ? [512, 4096] : [512];
  }
}
