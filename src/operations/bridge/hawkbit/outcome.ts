import type { Run } from '../../../progress.js';
import { changeRecord, pollController, sendFeedback, type BridgedDevice } from './device.js';
import { feedback, type ActionFeedback } from './feedback.js';
import type { ActionRecord } from './record.js';

/**
 * Keeps how an action has ended, and tells the server. Killed between the two, a bridge tells it when it begins again.
 * @throws LevitateError OUTPUT_FAILED; UPDATE_SERVER_FAILED, after which a later poll tells it
 */
export async function endAction(
  device: BridgedDevice,
  record: ActionRecord,
  outcome: ActionFeedback,
  run: Run,
): Promise<void> {
  await changeRecord(device, record, { stage: 'ended', outcome, told: false });
  await tellOutcome(device, record, run);
}

/**
 * Tells the server how an action has ended. A cancellation that nobody has answered comes too late, and is refused before.
 * @throws LevitateError UPDATE_SERVER_FAILED
 */
export async function tellOutcome(
  device: BridgedDevice,
  record: ActionRecord,
  { signal }: Run,
): Promise<void> {
  const { action, outcome } = record;
  if (outcome === undefined) return;
  const { cancel } = await pollController(device, signal);
  if (cancel === action) await refuseCancel(device, action, signal);
  await sendFeedback(device, 'deploymentBase', action, outcome, signal);
  await changeRecord(device, record, { told: true });
}

/**
 * Refuses to cancel an action whose first write was allowed: a half-written device helps nobody, and the action goes on.
 * @throws LevitateError UPDATE_SERVER_FAILED
 */
export const refuseCancel = (
  device: BridgedDevice,
  action: string,
  signal?: AbortSignal,
): Promise<void> =>
  sendFeedback(device, 'cancelAction', action, feedback('rejected', 'none', [tooLate]), signal);

const tooLate = 'The device is being written to: the deployment goes on.';

/**
 * Accepts to cancel an action of which nothing was written. hawkBit takes a cancellation as accepted once its feedback is
 * closed; the action to stop has the number that its link names (DataConversionHelper, DdiCancel).
 * @throws LevitateError OUTPUT_FAILED, UPDATE_SERVER_FAILED
 */
export async function acceptCancel(
  device: BridgedDevice,
  action: string,
  { signal }: Run,
): Promise<void> {
  const details = ['Nothing was written: the deployment is cancelled.'];
  const closed = feedback('closed', 'success', details);
  await sendFeedback(device, 'cancelAction', action, closed, signal);
}
