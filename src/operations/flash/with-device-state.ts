import { interruptible } from '../../device/connect.js';
import { flasherStatus } from '../../device/flasher.js';
import { amended, exitStatus, isCode, LevitateError } from '../../errors.js';
import type { Run } from '../../progress.js';
import { timeBound } from '../../shared/time-bound.js';
import { unwritten } from '../interrupt.js';
import type { Maintenance } from '../maintenance.js';

/** How long the device is asked, in seconds: somebody may wait for the command to end. */
const answerSeconds = 30;

/** Gives the error of a flash with the exit status and the hint that tell where it left the device. */
export async function withDeviceState(
  error: unknown,
  { session: { host }, status, transport, lease, lost }: Maintenance,
  { signal }: Run,
): Promise<unknown> {
  const hint = `The same command again carries on. levitate status ${host} tells what was written.`;
  const mayWrite = lease !== undefined || lost !== undefined;
  const isTouched = async () => {
    using bound = timeBound(answerSeconds);
    return await flasherStatus(interruptible(transport, bound.signal)).then(
      ({ touched }) => touched,
      // Where the device does not answer, one that may have been written to counts as written to.
      () => mayWrite,
    );
  };
  if (signal?.aborted) {
    const { message, ...untouched } = unwritten(host);
    const touched = status.touched || (mayWrite && (await isTouched()));
    return new LevitateError('INTERRUPTED_IN_MAINTENANCE', message, {
      ...(touched ? { hint } : untouched),
      cause: error,
    });
  }
  if (!(error instanceof LevitateError) || error.exit === exitStatus.maintenance) return error;
  // The same command again would write over what somebody else has written since.
  if (isCode(error, 'LEASE_LOST')) return error;
  if (!(await isTouched())) return error;
  const told = `The device was written to, and stays in maintenance. ${hint}`;
  return amended(error, told, exitStatus.maintenance);
}
