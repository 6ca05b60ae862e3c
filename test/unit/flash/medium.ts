/** A medium in memory behind the calls of a flasher: what is read, written and acknowledged is noted in its order. */
import type { TargetFlasher, WrittenFrame } from '../../../src/flash/flasher.js';
import type { TargetFacts } from '../../../src/flash/kind.js';
import { LevitateError } from '../../../src/errors.js';
import { chunkBytes, chunkSize } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';

export class Medium implements TargetFlasher {
  readonly log: string[] = [];
  /** Chunks that cannot be read before they are written. */
  readonly unreadable = new Set<number>();
  /** Chunks that cannot be read at all. */
  readonly failing = new Set<number>();
  /** Chunks that the medium has; what is written behind them goes over the first ones. */
  capacity = Infinity;
  /** Chunks that keep no bytes that are written to them, only zeros. */
  readonly worn = new Set<number>();
  /** Chunks that are refused when they come, whatever they hold. */
  readonly refused = new Set<number>();
  /** After so many acknowledged frames the link is cut, and nothing can be read over it from the last one on. */
  cutAfter = Infinity;

  /** Whether what is written is read back where it is written. */
  readsBack = false;

  /** What the flasher tells of it. */
  facts: TargetFacts = { kind: 'file', name: 'it', node: '/dev/it', size: 1 << 30 };

  constructor(readonly bytes: Buffer) {}

  logged(what: string): number[] {
    return this.log
      .filter((line) => line.startsWith(`${what} `))
      .map((line) => Number(line.split(' ')[1]));
  }

  readChunk(length: number, index: number): Promise<string> {
    if (this.cutAfter === 1)
      return Promise.reject(new LevitateError('CONNECTION_LOST', 'the link is being cut'));
    this.log.push(`read ${index}`);
    if (this.unreadable.has(index) || this.failing.has(index))
      return Promise.reject(new LevitateError('VERIFY_FAILED', `${index} cannot be read`));
    const at = (index % this.capacity) * chunkSize;
    const found = sha256(this.bytes.subarray(at, at + chunkBytes(length, index)));
    return Promise.resolve(found);
  }

  writeRescue(_lease: number, { offset }: { offset: number }): Promise<void> {
    this.log.push(`rescue ${offset}`);
    return Promise.resolve();
  }

  endRescue(): Promise<void> {
    this.log.push('end rescue');
    return Promise.resolve();
  }

  open(): Promise<{ next: number; resumed: boolean; deflated: boolean }> {
    this.log.push('open');
    return Promise.resolve({ next: 0, resumed: false, deflated: false });
  }

  async feed(
    _lease: number,
    frames: AsyncIterable<Uint8Array>,
    onWritten: (frame: WrittenFrame) => void,
  ): Promise<void> {
    let announced: { index: number; digest: string } | undefined;
    for await (const piece of frames) {
      const [word = '', index, , digest = ''] = announced
        ? []
        : Buffer.from(piece).toString().split(/\s/);
      if (word === 'end') return;
      if (word === 'chunk') {
        announced = { index: Number(index), digest };
        continue;
      }
      const at = announced?.index ?? Number(index);
      if (announced && (this.refused.has(at) || sha256(piece) !== announced.digest))
        throw new LevitateError('WRITE_FAILED', `chunk ${at} is not what was announced`);
      if (announced) this.#put(at, piece);
      else
        this.#put(
          at,
          Buffer.alloc(chunkSize).subarray(0, this.bytes.length - at * chunkSize),
          'zero',
        );
      announced = undefined;
      // The host tells what is written from what was sent by this alone.
      onWritten({ index: at, isReadBack: this.readsBack });
      await Promise.resolve();
      if ((this.cutAfter -= 1) === 0) throw new LevitateError('CONNECTION_LOST', 'cut');
    }
  }

  #put(index: number, piece: Uint8Array, how = 'write'): void {
    this.log.push(`${how} ${index}`);
    this.unreadable.delete(index);
    if (how === 'zero' || !this.worn.has(index))
      this.bytes.set(piece, (index % this.capacity) * chunkSize);
  }

  finish(): Promise<void> {
    this.log.push('finish');
    return Promise.resolve();
  }

  remains() {
    return Promise.resolve({ remains: [], lost: [] });
  }

  verified(): Promise<void> {
    this.log.push('verified');
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  hash(): Promise<void> {
    throw new Error('nothing here reads all of it');
  }

  listTree(): Promise<void> {
    throw new Error('nothing here is a tree');
  }

  clear(): Promise<void> {
    throw new Error('nothing is behind the image');
  }

  describe(): Promise<TargetFacts> {
    return Promise.resolve(this.facts);
  }

  beside(): TargetFlasher {
    throw new Error('nothing is written beside it');
  }

  swap(): Promise<void> {
    throw new Error('nothing was written beside it');
  }

  counters(): Promise<void> {
    throw new Error('it has no eraseblocks');
  }
}
