import { describeTargets } from '../../device/describe-targets.js';
import { LevitateError } from '../../errors.js';
import { targetOf } from '../../flash/target.js';
import type { Profile } from '../../profile/profile.js';
import { isReply } from '../../protocol/parse-reply.js';
import type { Transport } from '../../ssh/transport.js';

/**
 * Finds the MTD or the disk that each target of the profile lies on, of those that are asked for. The flasher's own functions
 * look for it, and attach nothing.
 * @returns target → device, such as `mtd3`; what the profile does not name is left out
 * @throws LevitateError TARGET_MISSING for a target that is not on the device; what `exec` throws
 */
export async function placeTargets(
  transport: Transport,
  profile: Profile | undefined,
  targets: readonly string[],
): Promise<Map<string, string>> {
  const asked = targets.flatMap((target) => {
    const spec = profile && Object.hasOwn(profile.targets, target) && profile.targets[target];
    if (!spec) return [];
    // What a volume lies on is known also where its UBI is not attached.
    const below = 'on' in spec ? spec.on.mtd : undefined;
    return [{ target, args: targetOf(spec).args, below }];
  });
  const placed = new Map<string, string>();
  if (asked.length === 0) return placed;
  const answers = await describeTargets(transport, asked);
  for (const { target, below } of asked) {
    const answer = answers.get(target);
    const refusal = answer && isReply(answer, 'error') ? answer : undefined;
    if (answer && isReply(answer, 'target'))
      placed.set(target, (answer.within || answer.node).replace(/^\/dev\//, ''));
    else if (refusal?.code === 'UBI_DETACHED' && below !== undefined) placed.set(target, below);
    else throw missing(target, refusal?.message);
  }
  return placed;
}

const missing = (target: string, why = 'the device does not tell where it is'): LevitateError =>
  new LevitateError('TARGET_MISSING', `${target}: ${why}`, {
    hint: 'Name its MTD or its disk in place of the target: levitate wear HOST lists them.',
  });
