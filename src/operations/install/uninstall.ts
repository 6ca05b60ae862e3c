import { inPhase, type Run } from '../../progress.js';
import { offDevice } from './on-device.js';
import { nameOf, type Place } from './place.js';
import { outOfFolder } from './root-folder.js';

/** What `uninstall` gives. */
export interface UninstallResult {
  /** The host, or the folder of the root file system. */
  place: string;
  /** Whether anything of levitate was there. */
  changed: boolean;
}

/**
 * Removes what `install` has installed, and whatever is staged or armed on a device.
 * @throws LevitateError OUTPUT_FAILED, REMOTE_FAILED, INTERRUPTED, and what connecting throws
 */
export async function uninstall(
  { place }: { place: Place },
  run: Run = {},
): Promise<UninstallResult> {
  const changed = await inPhase(run, 'install', () =>
    'root' in place ? outOfFolder(place.root) : offDevice(place, run),
  );
  return { place: nameOf(place), changed };
}
