import { crc32 } from 'node:zlib';
import { isTrx, isUimage, trxLength, uimageLength } from './boot-formats.js';

/** The result of comparing an image with the CRC-32 that its header states. */
export interface CrcFindings {
  /** Why the image is damaged. */
  wrong?: string;
  /** What a person should know though it may be written. */
  warning?: string;
  /** The checksum that covers all of the image and agrees, for people. */
  covers?: string;
}

/** A CRC-32 that a header states over a stretch of the image. */
interface Stated {
  name: string;
  start: number;
  end: number;
  sum: number;
  /** Whether a wrong CRC-32 counts as damage where the image ends with the stretch. */
  binding: boolean;
}

/** Compares an image that streams past with the CRC-32 in its own header: of a uImage, or a TRX. */
export class StatedCrc {
  readonly #stated: Stated | undefined;
  readonly #headerFault: string | undefined;
  #length = 0;
  #sum = 0;

  /** @param head the first bytes of the image; those of no such format are compared with nothing */
  constructor(head: Buffer) {
    this.#stated = stated(head);
    this.#headerFault = uimageHeaderFault(head);
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    const from = this.#length;
    this.#length += chunk.length;
    if (this.#stated === undefined) return;
    const { start, end } = this.#stated;
    if (from >= end || this.#length <= start) return;
    this.#sum = crc32(chunk.subarray(Math.max(0, start - from), end - from), this.#sum);
  }

  /** Gives the result, after all of the image has arrived; it must be at least as long as its header says. */
  finish(): CrcFindings {
    if (this.#headerFault !== undefined) return { wrong: this.#headerFault };
    if (this.#stated === undefined) return {};
    const { name, end, sum, binding } = this.#stated;
    const whole = end === this.#length;
    if (sum === this.#sum) return whole && binding ? { covers: name } : {};
    const what = `${name} says ${hex(sum)}, and its content has ${hex(this.#sum)}`;
    return binding && whole
      ? { wrong: what }
      : { warning: `${upperFirst(what)}: a boot loader that compares them does not start it.` };
  }
}

/**
 * Finds the CRC-32 in the header of a uImage or a TRX. U-Boot compares both CRCs of a uImage before it starts it
 * (`boot/image-legacy.c`), so that a wrong one is damage. Where more lies behind the data, a wrong CRC of the data is
 * only a warning, because vendors' boot loaders compute it over other stretches than U-Boot does. For a TRX it is
 * always a warning: OpenWrt's `mtd fixtrx` makes the CRC cover the kernel alone, because the rest changes while the
 * system runs, and not all boot loaders compare it.
 */
function stated(head: Buffer): Stated | undefined {
  if (isUimage(head))
    return {
      name: 'the CRC-32 of its uImage header',
      start: 64,
      end: uimageLength(head),
      sum: head.readUInt32BE(24),
      binding: true,
    };
  // This CRC covers what follows its own field, and is not inverted at the end.
  if (isTrx(head))
    return {
      name: 'the CRC-32 of its TRX header',
      start: 12,
      end: trxLength(head),
      sum: ~head.readUInt32LE(8) >>> 0,
      binding: false,
    };
  return undefined;
}

/** What is wrong with the CRC-32 that the header of a uImage has over itself, counted with zeros in the CRC's place. */
function uimageHeaderFault(head: Buffer): string | undefined {
  if (!isUimage(head)) return undefined;
  const header = Buffer.from(head.subarray(0, 64));
  const sum = header.readUInt32BE(4);
  header.writeUInt32BE(0, 4);
  const found = crc32(header);
  return found === sum
    ? undefined
    : `its uImage header says that it has the CRC-32 ${hex(sum)}, and it has ${hex(found)}`;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
