import type { TargetFacts } from '../../../src/flash/kind.js';

/** Bytes of its logical eraseblocks. */
export const leb = 1000;

/** What the flasher tells of a volume of ten eraseblocks, beside which 12 are free; `about` says what else is. */
export const aVolume = (kind: string, about: Partial<TargetFacts> = {}): TargetFacts => ({
  kind,
  name: 'volume rootfs on mtd ubi',
  node: '/dev/ubi0_1',
  within: '/dev/mtd0',
  size: 10 * leb,
  leb_size: leb,
  free_lebs: 12,
  pinned: '',
  ...about,
});
