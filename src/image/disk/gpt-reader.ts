import { contradiction, cutShort, range, type Fault } from './disk-faults.js';
import { entryBytes, gptHeader, gptPartitions, wrongEntries, type GptHeader } from './gpt.js';
import type { KeptBytes } from '../kept-bytes.js';
import type { Extent } from './partition-table.js';
import { sniffLength } from '../format/sniff.js';

/** What a GPT says, and what is wrong with it. */
export interface GptFindings {
  partitions: Extent[];
  lastUsable: number;
  faults: Fault[];
  warnings: string[];
}

/** Reads the GPT for sectors of one size from an image that streams past: header and entries, and their backup. */
export class GptReader {
  readonly #primary: ReturnType<typeof gptHeader>;

  /** Asks `kept`, which has the first chunk already, to keep what is needed later. */
  constructor(
    readonly kept: KeptBytes,
    readonly sectorSize: number,
  ) {
    this.#primary = gptHeader(this.#sectors(1, sectorSize), 1, sectorSize);
    if (!('header' in this.#primary)) return;
    const { header } = this.#primary;
    const bytes = entryBytes(header);
    kept.want(header.entries * sectorSize, bytes);
    kept.want(header.alternate * sectorSize, sectorSize);
    // The backup's entries end where its header begins, as every known program writes them.
    const before = Math.ceil(bytes / sectorSize);
    if (header.alternate > before) kept.want((header.alternate - before) * sectorSize, bytes);
    const [last] = this.#partitions(header).sort((a, b) => b.start + b.length - a.start - a.length);
    if (last) kept.want(last.start * sectorSize, sniffLength);
  }

  /** Gives what was found, after all of the image has arrived. */
  finish(): GptFindings {
    const none = { partitions: [], lastUsable: 0, warnings: [] };
    if (!('header' in this.#primary))
      return { ...none, faults: [contradiction(`its GPT header ${this.#primary.wrong}`)] };
    const { header } = this.#primary;
    const entries = this.#sectors(header.entries, entryBytes(header));
    if (entries.length < entryBytes(header))
      return {
        ...none,
        faults: [
          cutShort(
            `the entries of its GPT end at byte ${header.entries * this.sectorSize + entryBytes(header)}, and the image has ${this.kept.length} bytes`,
          ),
        ],
      };
    const partitions = this.#partitions(header);
    const backup = this.#backup(header);
    const wrong = wrongEntries(entries, header);
    if (wrong !== undefined) {
      const what = backup.sound ? 'its backup is sound' : 'and there is no sound backup';
      return { ...none, faults: [contradiction(`the entries of its GPT ${wrong}; ${what}`)] };
    }
    return {
      partitions,
      lastUsable: header.lastUsable,
      faults: [...partitions.flatMap((one) => misplaced(one, header)), ...backup.faults],
      warnings: backup.warnings,
    };
  }

  /**
   * Checks the backup GPT. A missing one is only a warning: it is the rule for images that end behind their last
   * partition, and for OpenWrt's, whose ptgen writes none. Refusing would not make the device safer, because Linux,
   * U-Boot and UEFI read the first table as long as that is sound, and Linux looks for a backup in the last sector of
   * the disk, which is another one than the last sector of the image. A backup that contradicts the first table is
   * refused: repairing the table on the device, as some systems do on their first boot, could bring back partitions of
   * another time.
   */
  #backup(header: GptHeader): { sound: boolean; faults: Fault[]; warnings: string[] } {
    const place = header.alternate;
    const sector = this.#sectors(place, this.sectorSize);
    if (place <= 1 || sector.toString('latin1', 0, 8) !== 'EFI PART') {
      const where =
        place * this.sectorSize < this.kept.length ? 'is not there' : 'lies behind its end';
      const warning = `Its backup GPT (sector ${place}) ${where}: until the new system writes one, nothing stands in for a damaged first one.`;
      return { sound: false, faults: [], warnings: [warning] };
    }
    const bad = (what: string) => ({
      sound: false,
      faults: [contradiction(`its backup GPT header (sector ${place}) ${what}`)],
      warnings: [],
    });
    const backup = gptHeader(sector, place, this.sectorSize);
    if (!('header' in backup)) return bad(backup.wrong);
    const { alternate, diskGuid, entriesCrc, entries } = backup.header;
    if (alternate !== header.self) return bad(`claims that the first is in sector ${alternate}`);
    if (diskGuid !== header.diskGuid) return bad('is of another disk');
    if (entriesCrc !== header.entriesCrc) return bad('has other entries than the first');
    const bytes = this.#sectors(entries, entryBytes(backup.header));
    // Where the entries lie elsewhere and were not kept, the checksum in the header is enough, because it equals that
    // of the first one.
    const wrong =
      bytes.length < entryBytes(backup.header) ? undefined : wrongEntries(bytes, backup.header);
    return wrong === undefined
      ? { sound: true, faults: [], warnings: [] }
      : bad(`is sound, but its entries ${wrong}`);
  }

  #partitions(header: GptHeader): Extent[] {
    return gptPartitions(this.#sectors(header.entries, entryBytes(header)), header);
  }

  #sectors(place: number, length: number): Buffer {
    return this.kept.read(place * this.sectorSize, length) ?? Buffer.alloc(0);
  }
}

/** Gives the fault of a partition outside the usable sectors of the header. */
function misplaced(one: Extent, { firstUsable, lastUsable }: GptHeader): Fault[] {
  if (one.length > 0 && one.start >= firstUsable && one.start + one.length - 1 <= lastUsable)
    return [];
  return [
    contradiction(`${range(one)} is outside the usable sectors ${firstUsable} to ${lastUsable}`),
  ];
}
