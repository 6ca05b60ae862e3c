import { boardRefusal, compatNote, compatRefusal } from '../../flash/board.js';
import type { Consent } from '../../flash/kind.js';
import type { ImageIndex } from '../../image/image.js';
import { warn, type Run } from '../../progress.js';
import { refuse } from './targets.js';

/** What is known of the device's board; nothing where its names are not known. */
export interface Board {
  /** The names that the device has for itself. */
  compatible?: string[] | undefined;
  /** The version of its OpenWrt's settings. */
  compatVersion?: string | undefined;
}

/**
 * Refuses images that say that they are for another device, or for another version of it, and warns where nobody knows whether they
 * fit.
 * @param kept whether the new system gets settings of the old one
 * @throws LevitateError IMAGE_BOARD, unless somebody has consented; KEEP_REFUSED where the settings do not fit
 */
export function refuseOtherBoards(
  images: readonly (readonly [target: string, ImageIndex])[],
  { compatible = [], compatVersion }: Board,
  { acceptBoard, kept }: Consent & { kept: boolean },
  run: Run,
): void {
  const warned = new Set<string>();
  for (const [target, image] of images) {
    const settings = { compatVersion, kept };
    for (const refusal of [boardRefusal(image, compatible), compatRefusal(image, settings)]) {
      if (refusal?.code !== 'IMAGE_BOARD' || !acceptBoard) refuse(target, refusal);
      else warned.add(`${refusal.message}; that was consented to.`);
    }
    const note = compatNote(image, compatVersion);
    if (note !== undefined) warned.add(note);
  }
  for (const message of warned) warn(run, message);
}
