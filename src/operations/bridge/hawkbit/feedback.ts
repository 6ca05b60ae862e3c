import { LevitateError, reasonOf } from '../../../errors.js';
import { exitMeanings, type ExitStatus } from '../../../exit-status.js';

/** What hawkBit is told of an action: DdiActionFeedback of its Direct Device Integration API, version 1. */
export interface ActionFeedback {
  /** The status of the action. */
  status: {
    /** What is done with it. */
    execution: 'proceeding' | 'resumed' | 'downloaded' | 'closed' | 'rejected';
    /** How it has ended, where it has. */
    result: { finished: 'none' | 'success' | 'failure' };
    /** Sentences for people. */
    details: string[];
  };
}

/** A feedback, whose sentences hawkBit takes: it keeps 512 characters of each, and refuses what may be HTML. Pure. */
export const feedback = (
  execution: ActionFeedback['status']['execution'],
  finished: ActionFeedback['status']['result']['finished'],
  details: string[],
): ActionFeedback => ({
  status: { execution, result: { finished }, details: details.map(asDetail) },
});

const asDetail = (text: string): string =>
  text
    .replace(/[<>]/g, '|')
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 500);

/** The sentences that say why a deploy has failed, and where it has left the device. */
export function failureDetails(error: unknown): string[] {
  if (!(error instanceof LevitateError)) return [`INTERNAL: ${reasonOf(error)}`];
  const { code, message, hint, exit } = error;
  const left = exitMeanings[exit as ExitStatus];
  return [`${code}: ${message}`, ...(hint === undefined ? [] : [hint]), `Status ${exit}: ${left}`];
}
