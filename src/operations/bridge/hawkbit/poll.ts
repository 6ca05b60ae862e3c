import { basename } from 'node:path';
import { inform, type Run } from '../../../progress.js';
import { pollController, type BridgedDevice } from './device.js';
import { acceptCancel, refuseCancel, tellOutcome } from './outcome.js';
import { performAction } from './perform.js';
import { readRecord, type ActionRecord } from './record.js';
import { askServer } from './server.js';

/**
 * Polls for one device, and does what the server wants of it.
 * @returns the seconds until the next poll
 * @throws LevitateError UPDATE_SERVER_FAILED, FOLDER_UNUSABLE, OUTPUT_FAILED, INTERRUPTED; HOST_UNREACHABLE where an action waits for the
 * device
 */
export async function pollDevice(device: BridgedDevice, run: Run): Promise<number> {
  const { folder, controller } = device;
  const record = await readRecord(folder, controller);
  if (record?.stage === 'ended' && record.told === false) await tellOutcome(device, record, run);
  const found = await pollController(device, run.signal);
  const { cancel, deployment, sleep } = found;
  if (found.wantsConfigData) await tellConfigData(device, run);
  if (found.waitsForConfirmation)
    inform(run, `${controller}: an action waits for somebody to confirm it in hawkBit.`);
  if (cancel !== undefined) await answerCancel(device, record, cancel, run);
  // What it makes way for comes at once.
  if (deployment === undefined) return cancel === undefined ? sleep : 5;
  const fresh: ActionRecord = { action: deployment, stage: 'began', said: [] };
  const known = record?.action === deployment ? record : fresh;
  if (known.stage === 'ended') await tellOutcome(device, known, run);
  else await performAction(device, known, run);
  return sleep;
}

/** Answers a cancellation while nothing is done for the device: what was begun to be written is not left half-done. */
async function answerCancel(
  device: BridgedDevice,
  record: ActionRecord | undefined,
  cancel: string,
  run: Run,
): Promise<void> {
  const wasWritten = record?.action === cancel && record.stage !== 'began';
  if (wasWritten) await refuseCancel(device, cancel, run.signal);
  else await acceptCancel(device, cancel, run);
}

/** Tells what the device is: DdiConfigData of the Direct Device Integration API of hawkBit. */
async function tellConfigData(device: BridgedDevice, { signal }: Run): Promise<void> {
  const { server, controller, profile, target } = device;
  const data = { bridge: 'levitate', profile: basename(profile), target };
  await askServer(server, controller, '/configData', {
    ...{ method: 'PUT', body: { mode: 'merge', data }, signal },
  });
}
