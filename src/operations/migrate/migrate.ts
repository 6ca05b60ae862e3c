import { randomUUID } from 'node:crypto';
import { besideNames } from '../../boot-image/grub-beside.js';
import { loadMigration, noteMigration } from '../../device/migration.js';
import { LevitateError } from '../../errors.js';
import type { ImageRequest } from '../../image/request.js';
import type { Migration } from '../../protocol/migration-file.js';
import type { Check, Run } from '../../progress.js';
import { secondsSince } from '../../shared/seconds-since.js';
import { thenDo } from '../agree.js';
import type { DeployJob } from '../deploy-job.js';
import { enterDevice, type EnterResult, type Examined } from '../enter/enter.js';
import type { FlashResult } from '../flash/flash.js';
import { stoppable, type Interruption } from '../interrupt.js';
import type { LeaveResult } from '../leave/leave.js';
import { withSlots, type OverwritePlan } from '../overwrite-plan.js';
import { aheadOfLeaving, aheadOfTarget } from '../phases-ahead.js';
import { prepare, type Prepared, type TargetImage } from '../prepare.js';
import { groundChecks } from './examine.js';
import { withMigration } from './ground.js';
import { notBegun, type MigratingProfile } from './migrating.js';
import { migrationSteps, type MigrationStep } from './steps.js';
import { trySystem } from './try-system.js';
import { writeSystem } from './write-system.js';

export type { MigrationStep } from './steps.js';

/** What `migrate` takes. */
export interface MigrateOptions extends DeployJob {
  /** Path of the profile, which has `migrate`. */
  profile: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** The target of `migrate.into` → a tar archive of the new system: a path, or a request. */
  images: Record<string, string | ImageRequest>;
}

/** What `migrate` gives. */
export interface MigrateResult {
  /** The device, as it was named. */
  host: string;
  /** What is done, step by step; none where a migration was taken back. */
  steps: MigrationStep[];
  /** The partition that stays as it is, with the old system. */
  oldRoot: string;
  /** The partition that the new system goes to, and that is swap again where it was taken back. */
  newRoot: string;
  /** Whether the migration was taken back. */
  undone: boolean;
  /** How the device was entered; missing where a migration was taken back. */
  enter?: EnterResult;
  /** Missing after a dry run. */
  flash?: FlashResult;
  /** Missing after a dry run. */
  leave?: LeaveResult;
  /** After a dry run: what somebody would be asked to agree to. */
  overwrite?: OverwritePlan;
  /** Seconds that it took. */
  seconds: number;
}

/**
 * Changes the operating system of a device in place: the new one goes to a partition that is freed, beside the old one, and starts once;
 * confirmed from inside, it starts from then on. Where a step fails, all before it are undone, and the device is in its old system.
 * @throws LevitateError MIGRATE_REFUSED, SLOT_FELL_BACK, and what `enter`, `flash` and commands throw
 */
export async function migrate(options: MigrateOptions, run: Run = {}): Promise<MigrateResult> {
  const started = performance.now();
  const prepared = await prepare(options, run);
  const { profile, image } = jobOf(prepared);
  const { host, dryRun = false } = options;
  const ground: { migration?: Migration } = {};
  const examine = async (at: Examined): Promise<Check[]> => {
    const found = await groundChecks(at, host, profile, image);
    if (found.migration) ground.migration = found.migration;
    return found.checks;
  };
  const note = async () => {
    if (ground.migration) await noteMigration(ground.migration);
  };
  const plain = (plan: OverwritePlan) =>
    withSlots(plan, { runs: besideNames.old, written: besideNames.new, stays: false });
  const { confirm } = options;
  const entered = await enterDevice(
    { ...prepared, profile: { ...prepared.profile!, value: profile } },
    {
      ...options,
      dryRun,
      examine,
      confirm: thenDo(confirm && ((plan) => confirm(plain(plan))), note),
      ahead: [...aheadOfTarget(...image), ...aheadOfLeaving],
    },
    run,
  );
  const migration = ground.migration ?? (await loadMigration(host));
  if (!migration) throw notBegun(host);
  const done = (parts: Pick<MigrateResult, 'flash' | 'leave' | 'overwrite'>): MigrateResult => ({
    host,
    steps: migrationSteps(migration, profile.migrate, profile),
    oldRoot: migration.root,
    newRoot: migration.node,
    undone: false,
    enter: entered.result,
    ...parts,
    seconds: secondsSince(started),
  });
  if (dryRun || !entered.maintenance) {
    await entered.maintenance?.close();
    return done(entered.overwrite ? { overwrite: plain(entered.overwrite) } : {});
  }
  await using maintenance = entered.maintenance;
  const flash = await stoppable(run.signal, halfway(host), () =>
    writeSystem(maintenance, { prepared, image, migration, options }, run),
  );
  const leave = await trySystem(maintenance, { prepared, migration, options, profile }, run);
  return done({ flash, leave });
}

const halfway = (host: string): Interruption => ({
  code: 'INTERRUPTED_IN_MAINTENANCE',
  message: `interrupted; ${host} is in maintenance, and its disk starts the old system`,
  hint: `The same command again carries on; levitate migrate ${host} --undo takes back what was done.`,
});

/** The profile with what a migration means for it, and the one image. */
function jobOf({ profile: given, images }: Prepared): {
  profile: MigratingProfile;
  image: TargetImage;
} {
  const value = given!.value;
  const { migrate: spec } = value;
  if (!spec)
    throw new LevitateError('MIGRATE_REFUSED', `the profile ${value.name} has no migrate`, {
      hint: 'It says where the new system goes and how it starts: levitate help migrate.',
    });
  const [image, ...others] = images;
  if (!image || others.length > 0 || image[0] !== spec.into)
    throw new LevitateError('USAGE', `the one image goes to ${spec.into}`, {
      hint: `Write: levitate migrate HOST PROFILE ${spec.into}=ROOT.tar`,
    });
  return { profile: { ...withMigration(value, spec, randomUUID()), migrate: spec }, image };
}
