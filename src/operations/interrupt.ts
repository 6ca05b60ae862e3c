import { isCode, LevitateError, type ErrorDetails } from '../errors.js';

/** What an interruption is told as: the sentence says where it leaves things. */
export interface Interruption extends Pick<ErrorDetails, 'hint' | 'exit'> {
  /** One sentence for people. */
  message: string;
  /** INTERRUPTED by itself: the device runs its old system. */
  code?: 'INTERRUPTED' | 'INTERRUPTED_IN_MAINTENANCE';
}

/**
 * Runs what can be stopped at any moment. Where `signal` has stopped it, that is what is told, whatever the failure
 * looked like from within: on a terminal Ctrl-C ends ssh as well, and a device's answer that stops half-way is no
 * broken answer then. What already tells of an interruption passes through.
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
