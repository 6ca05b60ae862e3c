import { slotHasFile } from '../../device/slot-script.js';
import { warn, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { trialProgram } from '../install/trial-timer.js';
import type { KnownSlots } from './slot-state.js';

/**
 * Warns where a slot that was written lacks what its trial needs: the trial timer, without which nothing resets it if it comes up and
 * cannot be reached; and the files by which the boot loader's places are found from inside of it.
 */
export async function warnOfSlot(
  transport: Transport,
  { boot, reading }: Pick<KnownSlots, 'boot' | 'reading'>,
  slot: string,
  run: Run,
): Promise<void> {
  const lacks = async (file: string) => (await slotHasFile(transport, boot, slot, file)) === false;
  if (await lacks(trialProgram))
    warn(
      run,
      `Slot ${slot} has no trial timer: if it comes up without network, only a watchdog or a power cycle leads back to the slot that ran. levitate install PROFILE --root DIR puts one into the root that an image is made of.`,
    );
  const files = Object.values(reading.places).filter(({ kind }) => kind === 'path');
  for (const { said: file } of files)
    if (await lacks(file))
      warn(
        run,
        `Slot ${slot} has no ${file}, which says where the boot loader keeps what it goes by: unless something makes that file as the slot starts, nobody can confirm it, and the boot loader falls back. boot.environment of the profile would say it for both slots.`,
      );
}
