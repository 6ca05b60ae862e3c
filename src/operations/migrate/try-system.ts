import { besideEnvironment, besideNames } from '../../boot-image/grub-beside.js';
import { forgetMigration } from '../../device/migration.js';
import { forgetSession } from '../../device/session.js';
import { amended, exitStatus, isCode, reasonOf } from '../../errors.js';
import type { BootSpec, Profile } from '../../profile/profile.js';
import type { Migration } from '../../protocol/migration-file.js';
import { inPhase, warn, type Run } from '../../progress.js';
import type { LeaveResult } from '../leave/leave.js';
import { tellToLeave } from '../leave/tell-to-leave.js';
import type { Maintenance } from '../maintenance.js';
import { trySlot } from '../slots/try-slot.js';
import { confirmWithinSeconds } from './new-files.js';
import { takeBackInOldSystem } from './take-back.js';
import type { WriteJob } from './write-system.js';

/** A new system that was written, and what it must be. */
export interface TrialJob extends Omit<WriteJob, 'image'> {
  /** The profile, with what confirms the new system. */
  profile: Profile;
}

/**
 * Reboots into the new system and confirms it from inside; where the boot loader falls back, takes all of it back.
 * @throws LevitateError SLOT_FELL_BACK, NOT_CONFIRMED, RECONNECT_TIMEOUT
 */
export async function trySystem(
  maintenance: Maintenance,
  { prepared: { connection }, migration, options, profile }: TrialJob,
  run: Run,
): Promise<LeaveResult> {
  const { host } = connection;
  const lease = maintenance.lease?.token;
  await maintenance.lease?.release();
  maintenance.lease = undefined;
  const order = { host, ...(lease === undefined ? {} : { lease }) };
  await inPhase(run, 'leave', () => tellToLeave(maintenance, order, run));
  const { session, status } = maintenance;
  await maintenance.close();
  const trial = {
    ...{ connection, session, oldBootId: status.boot_id },
    ...{ profile: { ...profile, boot: bootOf(migration) } },
    ...{ slot: besideNames.new, before: besideNames.old },
    ...(options.expectBuild === undefined ? {} : { expectBuild: options.expectBuild }),
  };
  const leave = await trySlot(trial, run).catch(async (error: unknown) => {
    if (!isCode(error, 'SLOT_FELL_BACK')) throw error;
    await takeBackInOldSystem(connection, migration, run);
    await forgetMigration(host);
    throw amended(error, 'All of it was taken back: swap is swap again.', exitStatus.oldSystem);
  });
  await forgetSession(host).catch((error: unknown) =>
    warn(run, `The entry of ${host} could not be forgotten: ${reasonOf(error)}.`),
  );
  return leave;
}

/** Both systems as slots of the GRUB that lies beside the one of before. Pure. */
const bootOf = ({ node, root }: Migration): BootSpec => ({
  loader: 'grubenv',
  environment: [{ device: node, file: besideEnvironment }],
  slots: {
    [besideNames.old]: { root, targets: {} },
    [besideNames.new]: { root: node, targets: {} },
  },
  tries: 1,
  confirmWithinSeconds,
});
