import { expect, it } from 'vitest';
import { KeptBytes } from '../../../src/image/kept-bytes.js';

it('gives back each piece that it does not keep: neither the first one nor the last two', () => {
  const kept = new KeptBytes();
  const pieces = ['a', 'b', 'c', 'd', 'e'].map((name) => Buffer.alloc(4, name));
  const left = pieces.map((piece) => kept.push(piece));
  expect(left).toEqual([undefined, undefined, undefined, pieces[1], pieces[2]]);
  for (const piece of left) piece?.fill('x');
  expect(kept.read(0, 4)?.toString()).toBe('aaaa');
  expect(kept.read(12, 8)?.toString()).toBe('ddddeeee');
  expect(kept.read(8, 4)).toBeUndefined();
});
