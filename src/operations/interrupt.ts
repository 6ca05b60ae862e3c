import { isCode, LevitateError, type ErrorDetails } from '../errors.js';

/** How an interruption is reported: the message says in which state it leaves the device. */
export interface Interruption extends Pick<ErrorDetails, 'hint' | 'exit'> {
  /** One sentence for people. */
  message: string;
  /** The error code; without one, INTERRUPTED, which means that the device runs its old system. */
  code?: 'INTERRUPTED' | 'INTERRUPTED_IN_MAINTENANCE';
}

/**
 * Does work that may be stopped at any moment. Where `signal` has stopped it, it throws the interruption, whatever
 * error the work ended with: on a terminal Ctrl-C ends ssh as well, and the answer that is then incomplete is not an
 * error of the device. An error that already reports an interruption passes through.
 * @throws LevitateError INTERRUPTED or the code that is given, and what `work` throws
 */
export async function stoppable<T>(
  signal: AbortSignal | undefined,
  { code = 'INTERRUPTED', message, ...details }: Interruption,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const tellsOfIt =
      isCode(cause, 'INTERRUPTED') ||
      isCode(cause, 'INTERRUPTED_IN_MAINTENANCE') ||
      isCode(cause, 'NOT_CONFIRMED');
    if (signal?.aborted !== true || (tellsOfIt && cause !== signal.reason)) throw cause;
    throw new LevitateError(code, message, { ...details, cause });
  }
}

/** The interruption of work on a device in maintenance, before anything is written. */
export const unwritten = (host: string): Interruption => ({
  code: 'INTERRUPTED_IN_MAINTENANCE',
  message: `interrupted; ${host} is in maintenance`,
  hint: `Nothing was written. The same command again carries on; levitate leave ${host} goes back.`,
});
