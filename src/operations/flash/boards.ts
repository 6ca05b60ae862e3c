import { LevitateError } from '../../errors.js';
import { boardRefusal, compatNote } from '../../flash/board.js';
import type { ImageIndex } from '../../image/image.js';
import { warn, type Run } from '../../progress.js';

/**
 * Refuses images that say of themselves that they are for another device, and tells what those say that are for this.
 * @param compatible names that the device has for itself; undefined where they are not known
 * @throws LevitateError IMAGE_BOARD
 */
export function refuseOtherBoards(
  images: readonly (readonly [target: string, ImageIndex])[],
  compatible: string[] | undefined,
  run: Run,
): void {
  for (const [target, image] of images) {
    const refusal = boardRefusal(image, compatible ?? []);
    if (refusal) {
      const { code, message, hint } = refusal;
      throw new LevitateError(code, `${target}: ${message}`, hint === undefined ? {} : { hint });
    }
    const message = compatNote(image);
    if (message !== undefined) warn(run, message);
  }
}
