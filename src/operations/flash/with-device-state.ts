import { flasherStatus } from '../../device/flasher.js';
import { amended, exitStatus, isCode, LevitateError } from '../../errors.js';
import type { Run } from '../../progress.js';
import type { Maintenance } from '../maintenance.js';

/** Gives the error of a flash with the exit status and the hint that tell where it left the device. */
export async function withDeviceState(
  error: unknown,
  { session: { host }, transport, lease }: Maintenance,
  { signal }: Run,
): Promise<unknown> {
  const hint = `The same command again carries on. levitate status ${host} tells what was written.`;
  if (signal?.aborted)
    return new LevitateError(
      'INTERRUPTED_IN_MAINTENANCE',
      `interrupted; ${host} is in maintenance`,
      { hint, cause: error },
    );
  if (!(error instanceof LevitateError) || error.exit === exitStatus.maintenance) return error;
  // The same command again would write over what somebody else has written since.
  if (isCode(error, 'LEASE_LOST')) return error;
  const touched = await flasherStatus(transport).then(
    (status) => status.touched,
    // Where the device does not answer, one that may have been written to counts as written to.
    () => lease !== undefined,
  );
  if (!touched) return error;
  const told = `The device was written to, and stays in maintenance. ${hint}`;
  return amended(error, told, exitStatus.maintenance);
}
