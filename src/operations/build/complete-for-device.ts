import type { Facts } from '../../device/facts.js';
import { neededTools, needingTools } from '../../device/storage-check.js';
import { amended, isCode } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inform, type Run } from '../../progress.js';
import { withTools } from '../../rootfs/programs.js';

/**
 * Builds an archive once more, with the tools that a device needs beyond its profile. What can be wrong on this machine has
 * shown by the first build, before the device was asked for anything.
 * @param programs what the archive that was built first has
 * @param build makes the archive of a profile that lists these tools
 * @returns what `build` gives; nothing where the device needs no more
 * @throws LevitateError what `build` throws
 */
export async function completeForDevice<T>(
  profile: Profile,
  facts: Facts,
  programs: readonly string[],
  build: (profile: Profile) => Promise<T>,
  run: Run,
): Promise<T | undefined> {
  const whole = withTools(profile, neededTools(facts, programs));
  if (whole === profile) return undefined;
  const tools = whole.root.tools.slice(profile.root.tools.length).join(', ');
  inform(run, `The device has ${needingTools(facts)}: ${tools} comes along, to take that apart.`);
  try {
    return await build(whole);
  } catch (error) {
    if (!isCode(error, 'LOCK_DIFFERS') && !isCode(error, 'TOOL_MISSING')) throw error;
    const sentence = `This device needs ${tools}: list it under root.tools of the profile.`;
    throw amended(error, sentence, error.exit);
  }
}
