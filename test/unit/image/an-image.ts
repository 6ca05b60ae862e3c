import type { ImageIndex } from '../../../src/image/image.js';

/** What is known of an image of 1000 bytes that was read, of no known format; `about` says what else is. */
export const anImage = (about: Partial<ImageIndex> = {}): ImageIndex => ({
  path: 'i',
  compression: 'none',
  raw: false,
  protectedBy: [],
  format: 'unknown',
  length: 1000,
  storedLength: 1000,
  sha256: '',
  chunks: [],
  ...about,
});

/** A UBI layout of one eraseblock, without volumes. */
export const aLayout = {
  pebSize: 1,
  vidHeaderOffset: 0,
  dataOffset: 0,
  pebCount: 1,
  table: [],
  bodies: [],
};
