import type { Profile } from '../../profile/profile.js';
import type { Transport } from '../../ssh/transport.js';
import { readBuild } from '../leave/confirm.js';

/** The build that runs, where it is the one that is expected after the update: then there is nothing to do. */
export async function sameBuild(
  running: Transport,
  { confirm }: Profile,
  expectBuild: string | undefined,
): Promise<string | undefined> {
  const expected = expectBuild ?? confirm.build?.expect;
  if (expected === undefined || !confirm.build) return undefined;
  const build = await readBuild(running, confirm.build.read);
  return build === expected ? build : undefined;
}
