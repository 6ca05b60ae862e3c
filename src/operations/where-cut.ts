import { amended, exitStatus, isCode } from '../errors.js';

/**
 * Does work on a device that is not in maintenance, or not known to be: a cut leaves it where the exit status says. By itself, the
 * error for a cut says that a device in maintenance does not answer any more.
 * @param sentence what a person should know of the device then
 * @throws LevitateError what `work` throws
 */
export const whereCut = <T>(
  exit: (typeof exitStatus)['oldSystem' | 'unknownState'],
  sentence: string,
  work: () => Promise<T>,
): Promise<T> =>
  work().catch((error: unknown) => {
    throw isCode(error, 'CONNECTION_LOST') ? amended(error, sentence, exit) : error;
  });

/**
 * The same for work that only looks at a device: after a cut, nobody knows from here which system it runs.
 * @throws LevitateError what `work` throws
 */
export const whileLooking = <T>(work: () => Promise<T>): Promise<T> =>
  whereCut(exitStatus.unknownState, 'Nothing on the device has changed.', work);
