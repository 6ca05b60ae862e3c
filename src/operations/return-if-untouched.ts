import type { Connection } from '../device/connect.js';
import { flasherStatus } from '../device/flasher.js';
import { amended, exitStatus, isCode, LevitateError, reasonOf } from '../errors.js';
import { inform, warn, type Run } from '../progress.js';
import { leaveMaintenance } from './leave/leave.js';
import type { Maintenance } from './maintenance.js';

/** Brings a device that nothing was written to back into its old system, and says so in the error. */
export async function returnIfUntouched(
  maintenance: Maintenance,
  connection: Connection,
  error: unknown,
  { onProgress }: Run,
): Promise<unknown> {
  // The writer that took the lease since then decides what becomes of the device, and so does who wrote the failing command.
  if (isCode(error, 'LEASE_LOST') || isCode(error, 'COMMAND_FAILED')) return error;
  // The signal that has interrupted the write must not interrupt the way back.
  const run = { onProgress };
  try {
    const { touched, lease } = await maintenance.ask(run, flasherStatus);
    if (touched || lease) return error;
    inform(run, 'Nothing was written: taking the device back to its old system.');
    await leaveMaintenance(maintenance, connection, run);
  } catch (failure) {
    warn(
      run,
      `The device could not be taken back (${reasonOf(failure)}). With nothing written, it goes back by itself.`,
    );
    return error;
  }
  if (isCode(error, 'INTERRUPTED_IN_MAINTENANCE'))
    return new LevitateError(
      'INTERRUPTED',
      `interrupted; nothing was written, and ${connection.host} is back in its old system`,
      { cause: error },
    );
  if (!(error instanceof LevitateError)) return error;
  const exit = error.exit === exitStatus.refused ? exitStatus.refused : exitStatus.oldSystem;
  return amended(error, 'The device is back in its old system.', exit);
}
