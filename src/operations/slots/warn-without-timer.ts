import { slotHasFile } from '../../device/slot-script.js';
import type { BootSpec } from '../../profile/profile.js';
import { warn, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { trialProgram } from '../install/trial-timer.js';

/** Warns where a slot that was written has no trial timer: if it comes up and cannot be reached, nothing resets it. */
export async function warnWithoutTimer(
  transport: Transport,
  boot: BootSpec,
  slot: string,
  run: Run,
): Promise<void> {
  if ((await slotHasFile(transport, boot, slot, trialProgram)) !== false) return;
  warn(
    run,
    `Slot ${slot} has no trial timer: if it comes up without network, only a watchdog or a power cycle leads back to the slot that ran. levitate install PROFILE --root DIR puts one into the root that an image is made of.`,
  );
}
