import { callFlasher } from '../../device/flasher.js';
import { forgetMigration } from '../../device/migration.js';
import { amended, exitStatus, isCode, LevitateError, reasonOf } from '../../errors.js';
import type { Migration } from '../../protocol/migration-file.js';
import { inform, warn, type Run } from '../../progress.js';
import type { DeployJob } from '../deploy-job.js';
import { flashImages, type FlashResult } from '../flash/flash.js';
import { leaveMaintenance } from '../leave/leave.js';
import type { Maintenance } from '../maintenance.js';
import { aheadOfLeaving } from '../phases-ahead.js';
import type { Prepared, TargetImage } from '../prepare.js';
import { carryOver, runAfter, switchOver, takeBackInMaintenance } from './in-maintenance.js';
import { migratingOf, type Migrating } from './migrating.js';

/** What is written, and where its parts go. */
export interface WriteJob {
  /** What was read on this machine. */
  prepared: Prepared;
  /** The archive of the new system. */
  image: TargetImage;
  /** Where the parts go, and how each is undone. */
  migration: Migration;
  /** How it is written. */
  options: DeployJob;
}

/**
 * Writes all of the new system and makes the disk start it; where that fails, takes it back and goes to the old system.
 * @throws LevitateError what flashing and commands throw, with where the device was left
 */
export async function writeSystem(
  maintenance: Maintenance,
  { prepared, image, migration, options }: WriteJob,
  run: Run,
): Promise<FlashResult> {
  const migrating = await migratingOf(maintenance, migration, run);
  try {
    const { confirm: _, ...way } = options;
    const flash = await flashImages(maintenance, [image], { ...way, ahead: aheadOfLeaving }, run);
    await carryOver(migrating, image, run);
    await runAfter(migrating, run);
    await switchOver(migrating, run);
    const { afterFlash = [] } = migrating.profile.commands ?? {};
    if (afterFlash.length > 0)
      await migrating.writing(({ token }, { transport }) =>
        callFlasher(transport, ['settled', token, 'after-flash']),
      );
    return flash;
  } catch (error) {
    throw await takenBack(migrating, prepared, error, run);
  }
}

/** A failure after which the device is in its old system; one of the link, or an interruption, leaves it for the same command. */
async function takenBack(
  migrating: Migrating,
  { connection }: Prepared,
  error: unknown,
  run: Run,
): Promise<unknown> {
  const { maintenance, migration } = migrating;
  if (run.signal?.aborted || isCode(error, 'CONNECTION_LOST') || isCode(error, 'LEASE_LOST'))
    return error;
  try {
    inform(run, 'Taking back what was written; the device then goes to its old system.');
    await takeBackInMaintenance(migrating, run);
    await maintenance.lease?.release();
    maintenance.lease = undefined;
  } catch (failure) {
    warn(
      run,
      `It could not be taken back (${reasonOf(failure)}): levitate migrate ${migration.host} --undo tries again.`,
    );
    return error;
  }
  await leaveMaintenance(maintenance, connection, { onProgress: run.onProgress });
  await forgetMigration(migration.host);
  if (!(error instanceof LevitateError)) return error;
  // What is refused in maintenance was to be refused before; a command of a person may fail as it likes.
  const isRefusal = error.exit === exitStatus.refused && error.code !== 'COMMAND_FAILED';
  const exit = isRefusal ? exitStatus.refused : exitStatus.oldSystem;
  const sentence = 'All that was written was taken back, and the device is in its old system.';
  return amended(error, sentence, exit);
}
