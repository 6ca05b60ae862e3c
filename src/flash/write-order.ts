import type { ImageFormat, ImageIndex } from '../image/image.js';
import { isBootPartition } from './boot-partition.js';
import type { TargetFacts } from './kind.js';

/** What a boot loader starts. */
const started: readonly ImageFormat[] = ['kernel', 'fit', 'uimage', 'dtb', 'android-boot'];

/**
 * Gives several targets in the order in which they are written: what makes the device start goes last. Whole systems and data go
 * first, then what a boot loader starts, and boot loaders at the end, so that the one that is there can start a rescue as long as
 * possible. Of two alike the one that was named first goes first. Pure.
 */
export const inWriteOrder = <T extends { image: ImageIndex; facts?: TargetFacts }>(
  targets: readonly T[],
): T[] => targets.toSorted((a, b) => rank(a) - rank(b));

function rank({ image, facts }: { image: ImageIndex; facts?: TargetFacts }): number {
  if (image.format === 'boot-loader' || (facts && isBootPartition(facts))) return 2;
  return started.includes(image.format) ? 1 : 0;
}
