import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { entropyOf } from '../../../src/flash/entropy.js';

it('tells the bits that a byte holds', () => {
  expect(entropyOf(new Uint8Array(1000))).toBe(0);
  expect(entropyOf(Uint8Array.from({ length: 1000 }, (_, index) => index % 2))).toBe(1);
  expect(entropyOf(Uint8Array.from({ length: 256 }, (_, index) => index))).toBe(8);
});

it('tells noise, and what is compressed, from what can be', () => {
  const words = Array.from({ length: 20_000 }, (_, index) => `line ${index * 7919}`).join('\n');
  expect(entropyOf(randomBytes(32_768))).toBeGreaterThan(7.95);
  expect(entropyOf(gzipSync(randomBytes(40_000).toString('hex')))).toBeGreaterThan(7.95);
  expect(entropyOf(Buffer.from(words))).toBeLessThan(5);
});
