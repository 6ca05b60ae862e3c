import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Begun } from './claimed.js';
import type { Ended } from './settle.js';

/** How work on a device ended, as it is kept on this machine until the database has it. */
export interface Spooled {
  /** The device, and the job that it was claimed by. */
  begun: Begun;
  /** How it ended. */
  ended: Ended;
}

/** Bytes that one outcome has at most: its message is short, whatever a device says. */
const slotBytes = 16 * 1024;

/** Hex digits of the digest before each outcome, by which one that was cut off while it was written is known. */
const digestDigits = 64;

/**
 * Outcomes that the database may not have yet, in a file of this process. Its room is taken when it is made, so that a full disk does
 * not hinder it, and an outcome is on the disk when `keep` ends.
 */
export class Spool implements AsyncDisposable {
  readonly #free: number[];

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    slots: number,
  ) {
    this.#free = Array.from({ length: slots }, (_, n) => slots - 1 - n);
  }

  /**
   * Makes the file.
   * @param folder the outcomes of one station for one database
   * @param slots how many outcomes may wait at once
   * @throws what the file system says
   */
  static async in(folder: string, slots: number): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, randomUUID());
    const handle = await open(path, 'wx+', 0o600);
    const spool = new Spool(path, handle, slots);
    try {
      await handle.write(Buffer.alloc(slots * slotBytes), 0, slots * slotBytes, 0);
      await handle.sync();
      await syncFolder(folder);
      return spool;
    } catch (error) {
      await spool[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Writes an outcome, and waits until it is on the disk.
   * @returns what takes it out again, when the database has it; it comes back after a power cut, which does no harm
   * @throws what the file system says; RangeError where it is too long, or too many wait
   */
  async keep(outcome: Spooled): Promise<() => Promise<void>> {
    const text = JSON.stringify(outcome);
    const bytes = Buffer.from(`${digestOf(text)} ${text}\n`);
    const slot = bytes.length > slotBytes ? undefined : this.#free.pop();
    if (slot === undefined) throw new RangeError('there is no room for this outcome');
    const at = slot * slotBytes;
    await this.handle.write(bytes, 0, bytes.length, at);
    await this.handle.datasync();
    return async () => {
      await this.handle.write(Buffer.alloc(digestDigits), 0, digestDigits, at);
      this.#free.push(slot);
    };
  }

  /**
   * Reads what processes before this one have left.
   * @returns the outcomes, and what takes them away when the database has them
   * @throws what the file system says
   */
  async left(): Promise<{ outcomes: Spooled[]; forget: () => Promise<void> }> {
    const folder = join(this.path, '..');
    const files = (await readdir(folder)).map((name) => join(folder, name));
    const others = files.filter((file) => file !== this.path);
    const texts = await Promise.all(others.map((file) => readFile(file)));
    return {
      outcomes: texts.flatMap(outcomesIn),
      forget: async () => {
        for (const file of others) await rm(file, { force: true });
      },
    };
  }

  /** Takes the file away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
    await rm(this.path, { force: true });
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function outcomesIn(file: Buffer): Spooled[] {
  const found: Spooled[] = [];
  for (let at = 0; at < file.length; at += slotBytes) {
    const slot = file.subarray(at, at + slotBytes);
    const end = slot.indexOf('\n');
    const text = slot.toString('utf8', digestDigits + 1, Math.max(end, digestDigits + 1));
    if (slot.toString('latin1', 0, digestDigits) === digestOf(text))
      found.push(JSON.parse(text) as Spooled);
  }
  return found;
}

/** The name of a new file is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
