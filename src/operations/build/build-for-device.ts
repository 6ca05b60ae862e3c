import type { Facts } from '../../device/facts.js';
import { neededTools, needingTools } from '../../device/storage-check.js';
import { amended, isCode } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inform, type Run } from '../../progress.js';
import { withTools } from '../../rootfs/programs.js';
import { buildArchive, forDevice, type ArchiveOptions } from './build.js';

/**
 * Builds the archive of a profile for one device, with the tools that the facts show it needs besides.
 * @returns the profile that the archive was built from, which lists these tools
 * @throws LevitateError as `buildArchive` does
 */
export async function buildForDevice(
  given: Profile,
  facts: Facts,
  options: ArchiveOptions,
  run: Run,
): Promise<ReturnType<typeof forDevice>> {
  const profile = forDevice(given);
  const whole = { ...withTools(profile, neededTools(facts)), archive: profile.archive };
  if (whole.root === profile.root) {
    await buildArchive(profile, options, run);
    return profile;
  }
  const tools = whole.root.tools.slice(profile.root.tools.length).join(', ');
  inform(run, `The device has ${needingTools(facts)}: ${tools} comes along, to take that apart.`);
  try {
    await buildArchive(whole, options, run);
  } catch (error) {
    if (!isCode(error, 'LOCK_DIFFERS') && !isCode(error, 'TOOL_MISSING')) throw error;
    const sentence = `This device needs ${tools}: list it under root.tools of the profile.`;
    throw amended(error, sentence, error.exit);
  }
  return whole;
}
