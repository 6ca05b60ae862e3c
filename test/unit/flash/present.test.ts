import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { presentNote } from '../../../src/flash/present.js';
import type { TargetFacts } from '../../../src/flash/kind.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';

const image = (more: Partial<ImageIndex>) => anImage({ path: 'new.img', ...more });
const target = (head?: Uint8Array): TargetFacts => ({
  kind: 'ubi-volume',
  name: 'volume ramdisk on mtd ubi',
  node: '/dev/ubi0_1',
  size: 100_000,
  ...(head === undefined ? {} : { head: Buffer.from(head).subarray(0, 32).toString('hex') }),
});
const packed = (command: string, args: string[]): Buffer =>
  execFileSync(command, args, {
    input: Buffer.alloc(5000, 'x'),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
const gzip = packed('gzip', ['-c']);
const raw = { raw: true, packed: 'gzip' };

test.each([
  ['gzip over gzip', { compression: 'gzip' as const }, gzip, 'gzip data'],
  ['xz over xz', { compression: 'xz' as const }, packed('xz', ['-c']), 'xz data'],
  ['zstd over zstd', { compression: 'zstd' as const }, packed('zstd', ['-c']), 'zstd data'],
  [
    'gzip over lzma',
    { compression: 'gzip' as const },
    packed('xz', ['-c', '--format=lzma']),
    'lzma data',
  ],
  ['gzip over lz4', { compression: 'gzip' as const }, packed('lz4', ['-c', '-l']), 'lz4 data'],
  ['raw gzip over what is not compressed', raw, Buffer.from('hsqs1234'), 'Without raw:'],
])('%s is told', (_, more, head, words) => {
  expect(presentNote(image(more), target(head))).toContain(words);
});

test.each([
  ['gzip over a file system', { compression: 'gzip' as const }, Buffer.from('hsqs1234')],
  ['gzip over nothing', { compression: 'gzip' as const }, Buffer.alloc(32, 0xff)],
  ['what is not compressed, over gzip', {}, gzip],
  ['raw gzip over gzip', raw, gzip],
  ['raw gzip over erased flash', raw, Buffer.alloc(32, 0xff)],
  ['raw gzip over zeros', raw, Buffer.alloc(32)],
  ['raw gzip over what could not be read', raw, Buffer.alloc(0)],
  ['a flasher that does not tell', { compression: 'gzip' as const }, undefined],
])('%s is not', (_, more, head) => {
  expect(presentNote(image(more), target(head))).toBeUndefined();
});
