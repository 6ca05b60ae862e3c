import { amended, exitStatus, LevitateError } from '../../errors.js';
import type { Run } from '../../progress.js';

/**
 * The failure of a write to the slot that does not run, with where it left the device. Pure.
 * @param current the slot that runs
 * @param slot the one that was being written, or was written and is not tried
 */
export function whereItRuns(
  error: unknown,
  current: string,
  slot: string,
  { signal }: Run,
): unknown {
  const runs = `The device runs slot ${current} as before, and starts it.`;
  const told = `${runs} Slot ${slot} does not start until it was written whole: the same command again does that.`;
  if (signal?.aborted)
    return new LevitateError('INTERRUPTED', `interrupted; slot ${slot} is not whole`, {
      hint: told,
      cause: error,
    });
  if (!(error instanceof LevitateError)) return error;
  // By itself that status says that nothing was touched; and the same command again would be refused again.
  if (error.exit === exitStatus.refused) return amended(error, runs, exitStatus.oldSystem);
  // What a code says of maintenance is not so here.
  return new LevitateError(error.code, error.message, {
    hint: told,
    cause: error,
    exit: error.exit === exitStatus.maintenance ? exitStatus.oldSystem : error.exit,
    ...(error.data ? { data: error.data } : {}),
  });
}

/**
 * The refusal of a slot that was written from maintenance, with where that leaves the device. Pure.
 * @param current the slot that ran before
 */
export const whereItStays = (error: unknown, host: string, current: string): unknown =>
  error instanceof LevitateError && error.exit === exitStatus.refused
    ? amended(
        error,
        `The device is in maintenance: levitate leave ${host} leads back to slot ${current}.`,
        exitStatus.maintenance,
      )
    : error;
