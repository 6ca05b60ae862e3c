import { join } from 'node:path';
import fs from 'fs-extra';
import { installFolder } from '../../device/hook.js';
import { readScript } from '../../device/scripts.js';
import type { Profile } from '../../profile/profile.js';
import type { TrialSettings } from '../../protocol/script-settings.js';
import { assignments } from '../../shared/shell-quote.js';
import type { Parts } from './parts.js';

const unit = 'levitate-trial.service';

/** Where systemd finds the unit, and why it starts it (systemd.unit(5)), as paths in the root and what these links lead to. */
const links: Record<string, string> = {
  [`usr/lib/systemd/system/${unit}`]: `../../levitate/${unit}`,
  [`usr/lib/systemd/system/sysinit.target.wants/${unit}`]: `../${unit}`,
};

/** The files of the trial timer in the folder of an installation; none for a profile without slots. */
export async function trialParts({ boot }: Pick<Profile, 'boot'>): Promise<Parts> {
  if (!boot) return {};
  const settings: TrialSettings = { LEVITATE_CONFIRM_WITHIN: boot.confirmWithinSeconds };
  return {
    trial: { bytes: Buffer.from(await readScript('trial/trial')), mode: 0o755 },
    'trial.conf': { bytes: Buffer.from(`${assignments(settings).join('\n')}\n`), mode: 0o644 },
    [unit]: { bytes: Buffer.from(await readScript(`trial/${unit}`)), mode: 0o644 },
  };
}

/**
 * Has the init system of a root file system start the trial timer that lies in it.
 * @returns whether it does: only systemd is known
 */
export async function startTrialTimer(root: string): Promise<boolean> {
  if (!(await fs.pathExists(join(root, 'usr/lib/systemd/system')))) return false;
  await stopTrialTimer(root);
  for (const [path, to] of Object.entries(links)) await fs.ensureSymlink(to, join(root, path));
  return true;
}

/** Takes the links away again. */
export async function stopTrialTimer(root: string): Promise<void> {
  for (const path of Object.keys(links)) await fs.remove(join(root, path));
}

/** What a trial timer is known by in a root file system. */
export const trialProgram = `${installFolder}/trial`;
