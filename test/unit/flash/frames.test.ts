import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frames } from '../../../src/flash/frames.js';
import { chunkSize } from '../../../src/image/image.js';
import { indexImage } from '../../../src/image/index.js';

let folder: string;
let file: string;
const bytes = randomBytes(3 * chunkSize + 512);
const disk = { firstIsLast: true, wants: () => true };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'frames-'));
  file = path.join(folder, 'image');
  await writeFile(file, bytes);
});
afterEach(() => rm(folder, { recursive: true }));

/** The frames' headers, after checking each chunk against its own header. */
async function headers(stream: AsyncIterable<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  let announced: { length: number; sha256: string } | undefined;
  for await (const piece of stream) {
    if (announced) {
      expect(piece.length).toBe(announced.length);
      expect(createHash('sha256').update(piece).digest('hex')).toBe(announced.sha256);
      announced = undefined;
      continue;
    }
    const line = Buffer.from(piece).toString().trimEnd();
    const [word = '', , length, sha256 = ''] = line.split(' ');
    if (word === 'chunk') announced = { length: Number(length), sha256 };
    all.push(line.split(' ').slice(0, 2).join(' '));
  }
  return all;
}

describe('frames', () => {
  it('sends only chunks that differ, the first one zeroed at the start and written at the end', async () => {
    const image = await indexImage(file);
    const asked: number[] = [];
    const wants = (index: number) => asked.push(index) > 1;
    expect(await headers(frames(image, { ...disk, wants }))).toEqual([
      'zero 0',
      'chunk 2',
      'chunk 3',
      'chunk 0',
      'end',
    ]);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('waits before the first chunk, and everything else has gone then', async () => {
    const image = await indexImage(file);
    let gone = 0;
    let before: number | undefined;
    const beforeFirst = () => {
      before = gone;
      return Promise.resolve();
    };
    // What is being compressed is held until it is there.
    const sending = { ...disk, level: () => 1, beforeFirst };
    for await (const piece of frames(image, sending)) gone += piece.length > 0 ? 1 : 0;
    // The zeros, and a line and the bytes of each chunk; behind that the first chunk and the end.
    expect(before).toBe(1 + 3 * 2);
    expect(gone).toBe(1 + 3 * 2 + 2 + 1);
  });

  it('names zeros, and sends none', async () => {
    const empty = Buffer.concat([bytes.subarray(0, chunkSize), Buffer.alloc(2 * chunkSize + 700)]);
    await writeFile(file, empty);
    const image = await indexImage({ path: file, raw: true });
    const zeros = new Set([1, 2, 3]);
    const named = ['zero 0', 'zero 1', 'zero 2', 'zero 3', 'chunk 0', 'end'];
    expect(await headers(frames(image, { ...disk, zeros }))).toEqual(named);
    const sent = ['zero 0', 'chunk 1', 'chunk 2', 'chunk 3', 'chunk 0', 'end'];
    expect(await headers(frames(image, disk))).toEqual(sent);
  });

  it('compresses chunks while that is wanted, but never the first frame, nor what does not become smaller', async () => {
    const text = Buffer.alloc(4 * chunkSize, 'words that come again ');
    await writeFile(file, Buffer.concat([text, bytes.subarray(0, chunkSize)]));
    const image = await indexImage({ path: file, raw: true });
    const sizes: [number, number, boolean][] = [];
    let asked = 0;
    const all: string[] = [];
    let size: number | undefined;
    const sending = {
      wants: () => true,
      level: () => ((asked += 1) === 2 ? undefined : 1),
      onPacked: (...told: [number, number, boolean]) => void sizes.push(told),
    };
    const pieces: Buffer[] = [];
    for await (const piece of frames(image, sending)) {
      if (size === undefined) {
        const words = Buffer.from(piece).toString().trimEnd().split(' ');
        all.push(words.slice(0, 2).join(' '));
        size = words[0] === 'end' ? undefined : Number(words[4] ?? words[2]);
        continue;
      }
      expect(piece.length).toBe(size);
      pieces.push(all.at(-1)!.startsWith('deflated') ? inflateRawSync(piece) : Buffer.from(piece));
      size = undefined;
    }
    // The first frame is not asked for; the third one was not wanted compressed; the last one is noise.
    expect(all).toEqual(['chunk 0', 'deflated 1', 'chunk 2', 'deflated 3', 'chunk 4', 'end']);
    expect(Buffer.concat(pieces).equals(await readFile(file))).toBe(true);
    const order = sizes.map(([index]) => index).toSorted((a, b) => a - b);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    for (const [index, wire] of sizes)
      if (index === 1 || index === 3) expect(wire).toBeLessThan(chunkSize / 50);
      else expect(wire).toBe(chunkSize);
    // A sample tells of the noise: it counts for a chunk that goes as it is, and not for how fast compressed ones go.
    expect(
      sizes.flatMap(([index, , compressed]) => (compressed ? [index] : [])).toSorted(),
    ).toEqual([1, 3]);
  });

  it('carries a stream on from the chunk that is still wanted', async () => {
    const image = await indexImage(file);
    expect(await headers(frames(image, { wants: (index) => index >= 2 }))).toEqual([
      'chunk 2',
      'chunk 3',
      'end',
    ]);
  });

  it('never sends a chunk of an image that has changed since it was checked', async () => {
    const image = await indexImage(file);
    await writeFile(file, changed());
    await expect(headers(frames(image, { wants: () => true }))).rejects.toMatchObject({
      code: 'IMAGE_CHANGED',
    });
  });

  it('announces what the image was, where the device hashes a chunk before it writes it', async () => {
    const image = await indexImage(file);
    await writeFile(file, changed());
    const lines: string[] = [];
    for await (const piece of frames(image, { wants: () => true, hashedThere: true }))
      if (piece.length < 100) lines.push(Buffer.from(piece).toString().split(' ')[3]!);
    expect(lines.slice(0, 4).map((digest) => digest.trim())).toEqual(image.chunks);
  });

  it('sends no image of another length', async () => {
    const image = await indexImage(file);
    const sending = { wants: () => true, hashedThere: true };
    for (const length of [bytes.length - 1, 2 * chunkSize, bytes.length + 1, 4 * chunkSize + 1]) {
      await writeFile(file, Buffer.alloc(length, 1));
      await expect(lengthOf(frames(image, sending))).rejects.toMatchObject({
        code: 'IMAGE_CHANGED',
      });
    }
  });
});

/** The image, of which all but the first chunk has changed. */
const changed = (): Buffer =>
  Buffer.concat([bytes.subarray(0, chunkSize), randomBytes(2 * chunkSize + 512)]);

/** Reads all frames, whatever they hold. */
async function lengthOf(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let pieces = 0;
  for await (const piece of stream) pieces += piece.length;
  return pieces;
}
