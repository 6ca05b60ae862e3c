import { boardRefusal, compatNote } from '../../flash/board.js';
import type { ImageIndex } from '../../image/image.js';
import { warn, type Run } from '../../progress.js';
import { refuse } from './targets.js';

/**
 * Refuses images whose metadata says that they are for another device, and warns where the metadata of the others asks
 * for something.
 * @param compatible names that the device has for itself; undefined where the names are not known
 * @throws LevitateError IMAGE_BOARD
 */
export function refuseOtherBoards(
  images: readonly (readonly [target: string, ImageIndex])[],
  compatible: string[] | undefined,
  run: Run,
): void {
  for (const [target, image] of images) {
    refuse(target, boardRefusal(image, compatible ?? []));
    const message = compatNote(image);
    if (message !== undefined) warn(run, message);
  }
}
