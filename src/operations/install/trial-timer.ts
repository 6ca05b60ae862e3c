import { installFolder } from '../../device/hook.js';
import { readScript } from '../../device/scripts.js';
import type { BootSpec } from '../../profile/profile.js';
import type { TrialSettings } from '../../protocol/script-settings.js';
import { assignments } from '../../shared/shell-quote.js';
import type { Parts } from './parts.js';
import { trialInits } from './trial-inits.js';

/** The files of the trial timer in the folder of an installation; none for a profile without slots. */
export async function trialParts({
  boot,
}: {
  boot?: Pick<BootSpec, 'confirmWithinSeconds'>;
}): Promise<Parts> {
  if (!boot) return {};
  const settings: TrialSettings = { LEVITATE_CONFIRM_WITHIN: boot.confirmWithinSeconds };
  const parts: Parts = {
    trial: { bytes: Buffer.from(await readScript('trial/trial')), mode: 0o755 },
    'trial.conf': { bytes: Buffer.from(`${assignments(settings).join('\n')}\n`), mode: 0o644 },
  };
  for (const { file } of trialInits)
    if (file)
      parts[file.name] = {
        bytes: Buffer.from(await readScript(`trial/${file.name}`)),
        mode: file.mode,
      };
  return parts;
}

/**
 * Has the init system of a root file system start the trial timer that lies in it.
 * @returns whether it does: an init system that nobody knows does not
 */
export async function startTrialTimer(root: string): Promise<boolean> {
  await stopTrialTimer(root);
  for (const init of trialInits) {
    if (!(await init.isIn(root))) continue;
    await init.start(root);
    return true;
  }
  return false;
}

/** Has no init system start it any more. */
export async function stopTrialTimer(root: string): Promise<void> {
  for (const init of trialInits) await init.stop(root);
}

/** What a trial timer is known by in a root file system. */
export const trialProgram = `${installFolder}/trial`;
