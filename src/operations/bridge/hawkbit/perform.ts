import { isCode, LevitateError } from '../../../errors.js';
import { inform, warn, type Run } from '../../../progress.js';
import type { DeployOptions, DeployResult } from '../../deploy.js';
import { imageArtifact, type ImageArtifact } from './artifact.js';
import { changeRecord, pollController, sendFeedback, type BridgedDevice } from './device.js';
import { failureDetails, feedback, type ActionFeedback } from './feedback.js';
import { acceptCancel, endAction, refuseCancel } from './outcome.js';
import type { ActionRecord } from './record.js';
import { DeploymentBase, resource } from './resources.js';
import { askServer } from './server.js';

/**
 * Does an action of a device: downloads, deploys, and tells the server how it has ended. Where the server or a device that was not written to
 * does not answer, the action stays open, and the next poll brings it again.
 * @throws LevitateError UPDATE_SERVER_FAILED, OUTPUT_FAILED, INTERRUPTED
 */
export async function performAction(
  device: BridgedDevice,
  record: ActionRecord,
  run: Run,
): Promise<void> {
  const { action } = record;
  const path = `/deploymentBase/${action}`;
  const { server, controller } = device;
  const { status, value } = await askServer(server, controller, path, {
    ...{ accepted: [404], signal: run.signal },
  });
  // It was cancelled since the poll; the next one brings that.
  if (status === 404) return;
  const base = resource(DeploymentBase, value, server.url.host);
  try {
    const artifact = imageArtifact(base);
    await say(device, record, 'began', feedback('proceeding', 'none', ['Downloading.']), run);
    const file = await device.download(artifact);
    await say(device, record, 'downloaded', feedback('downloaded', 'none', ['Downloaded.']), run);
    if (base.deployment.update === 'skip') return;
    const result = await deployTo(device, record, artifact, file, run);
    await endAction(device, record, feedback('closed', 'success', successDetails(result)), run);
  } catch (error) {
    if (isCode(error, 'UPDATE_CANCELLED')) {
      const { cancel } = await pollController(device, run.signal);
      if (cancel === action) await acceptCancel(device, action, run);
      return;
    }
    if (!endsAction(error, record, run)) throw error;
    warn(run, `${controller}: action ${action} has failed.`);
    await endAction(device, record, feedback('closed', 'failure', failureDetails(error)), run);
  }
}

/** Whether a failure is the end of an action, and not one of the server, of this machine, or of a device that is away. */
function endsAction(error: unknown, record: ActionRecord, { signal }: Run): boolean {
  if (signal?.aborted || record.stage === 'ended') return false;
  if (isCode(error, 'UPDATE_SERVER_FAILED') || isCode(error, 'OUTPUT_FAILED')) return false;
  return record.stage === 'writing' || !isCode(error, 'HOST_UNREACHABLE');
}

async function deployTo(
  device: BridgedDevice,
  record: ActionRecord,
  { sha256, version }: ImageArtifact,
  path: string,
  run: Run,
): Promise<DeployResult> {
  const { controller, host, profile, target, sshConfig, expectVersion } = device;
  if (record.stage === 'writing')
    await say(device, record, 'resumed', feedback('resumed', 'none', ['Carrying on.']), run);
  const options: DeployOptions = {
    ...{ host, profile, images: { [target]: { path, sha256 } } },
    leaseOwner: `hawkbit/${record.action}`,
    beforeWrite: () => allowWriting(device, record, run),
    ...(expectVersion ? { expectBuild: version } : {}),
    ...(sshConfig === undefined ? {} : { sshConfig }),
  };
  inform(run, `${controller}: action ${record.action} writes ${version} to ${host}.`);
  const over = new AbortController();
  const watched = watchForCancel(device, record, over.signal);
  try {
    return await device.deploy(options, run);
  } finally {
    over.abort();
    await watched;
  }
}

/** The last moment at which a cancellation holds. The server must answer: without its word nothing is written. */
async function allowWriting(device: BridgedDevice, record: ActionRecord, run: Run): Promise<void> {
  if (record.stage === 'writing') return;
  const { cancel, deployment } = await pollController(device, run.signal);
  if (cancel === record.action || deployment !== record.action)
    throw new LevitateError(
      'UPDATE_CANCELLED',
      `action ${record.action} of ${device.controller} was taken back before anything was written`,
    );
  await changeRecord(device, record, { stage: 'writing' });
  await say(device, record, 'writing', feedback('proceeding', 'none', ['Writing.']), run);
}

/** Refuses a cancellation that comes while the device is written to; until then `allowWriting` looks for one. */
async function watchForCancel(
  device: BridgedDevice,
  record: ActionRecord,
  over: AbortSignal,
): Promise<void> {
  let sleep = 5;
  while (!over.aborted) {
    try {
      await device.pause(sleep, over);
      if (over.aborted) return;
      const found = await pollController(device, over);
      sleep = found.sleep;
      if (found.cancel === record.action && record.stage === 'writing')
        await refuseCancel(device, record.action, over);
    } catch (error) {
      // What it did not get told now, it is told before the outcome.
      if (!over.aborted && !isCode(error, 'UPDATE_SERVER_FAILED')) throw error;
    }
  }
}

/** Tells something on the way, once for an action. Where that fails, the work goes on. */
async function say(
  device: BridgedDevice,
  record: ActionRecord,
  name: string,
  body: ActionFeedback,
  run: Run,
): Promise<void> {
  if (record.said.includes(name)) return;
  await changeRecord(device, record, { said: [...record.said, name] });
  try {
    await sendFeedback(device, 'deploymentBase', record.action, body, run.signal);
  } catch (error) {
    if (!isCode(error, 'UPDATE_SERVER_FAILED')) throw error;
    warn(run, `${device.controller}: ${error.message}.`);
  }
}

const successDetails = ({ host, leave, slot }: DeployResult): string[] => {
  const build = leave?.build ?? slot?.build;
  const runs = build === undefined ? 'the new system' : build;
  return [`${host} was written, has rebooted, and was seen to run ${runs}.`];
};
