import { expect, it } from 'vitest';
import { ChunkBuffers } from '../../../src/image/chunk-buffers.js';
import { chunkSize } from '../../../src/image/image.js';

it('fills again what was given back, once, and nothing else', () => {
  const buffers = new ChunkBuffers();
  const [one, two] = [buffers.take(), buffers.take()];
  expect(one.buffer).not.toBe(two.buffer);
  expect(one.length).toBe(chunkSize);
  buffers.giveBack(one.subarray(0, 100));
  buffers.giveBack(one);
  buffers.giveBack(Buffer.alloc(chunkSize));
  const again = buffers.take();
  expect(again.buffer).toBe(one.buffer);
  expect(again.length).toBe(chunkSize);
  expect(buffers.take().buffer).not.toBe(one.buffer);
});
