import { loadMigration } from '../../device/migration.js';
import { lookAtGround } from '../../device/migrate-script.js';
import type { Migration } from '../../protocol/migration-file.js';
import type { Check } from '../../progress.js';
import type { Examined } from '../enter/enter.js';
import type { TargetImage } from '../prepare.js';
import { prepareGround, type NoGround } from './ground.js';
import type { MigratingProfile } from './migrating.js';
import { requirementChecks } from './requirements.js';

/**
 * Looks at the disk of a running device, and says in rows of the preflight what stands in the way.
 * @returns where the parts go, unless a row refuses it
 * @throws LevitateError TARGET_UNSUPPORTED, REMOTE_FAILED
 */
export async function groundChecks(
  at: Examined,
  host: string,
  profile: MigratingProfile,
  [target, image]: TargetImage,
): Promise<{ checks: Check[]; migration?: Migration }> {
  const node = at.targets.find((one) => one.target === target)?.facts?.node;
  if (node === undefined)
    return {
      checks: [
        refusal({
          why: `nothing tells where ${target} is`,
          advice: 'migrate.into of the profile names a partition of this device.',
        }),
      ],
    };
  const spec = profile.migrate;
  const found = await lookAtGround(at.running, node, Object.keys(spec.require.free));
  const rows = requirementChecks(spec, at.facts, found);
  const { uuid = '' } = profile.targets[target] as { uuid?: string };
  const asked = { host, spec, node, uuid, image };
  const made = await prepareGround(found, at, asked, await loadMigration(host));
  if ('why' in made) return { checks: [...rows, refusal(made)] };
  return {
    checks: [
      ...rows,
      {
        name: 'migrate',
        verdict: 'ok',
        found: `BIOS and GRUB on ${made.disk}; the old system stays on ${made.root}, the new one goes to ${made.node} in place of swap`,
      },
    ],
    migration: made,
  };
}

const refusal = ({ why, advice }: NoGround): Check => ({
  name: 'migrate',
  verdict: 'refusal',
  found: why,
  advice,
});
