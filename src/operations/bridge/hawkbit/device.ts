import type { Run } from '../../../progress.js';
import type { DeployOptions, DeployResult } from '../../deploy.js';
import type { ImageArtifact } from './artifact.js';
import type { ActionFeedback } from './feedback.js';
import { keepRecord, type ActionRecord } from './record.js';
import { ControllerBase, actionOf, pollSeconds, resource } from './resources.js';
import { askServer, type UpdateServer } from './server.js';

/** A device of a bridge, with all that is needed to deploy to it. */
export interface BridgedDevice {
  /** Its controller id in hawkBit. */
  controller: string;
  /** As one would write it after `ssh`. */
  host: string;
  /** Path of its profile. */
  profile: string;
  /** The target of the profile that images go to. */
  target: string;
  /** An ssh_config in place of the person's own. */
  sshConfig?: string;
  /** Whether the new system must report the version of the software module as its build. */
  expectVersion: boolean;
  /** The server. */
  server: UpdateServer;
  /** The folder of downloads and records. */
  folder: string;
  /** Deploys; `deploy` of levitate. */
  deploy: (options: DeployOptions, run: Run) => Promise<DeployResult>;
  /** Downloads an artifact and gives the path of the file. */
  download: (artifact: ImageArtifact) => Promise<string>;
  /** Waits so many seconds, or until the signal. */
  pause: (seconds: number, signal?: AbortSignal) => Promise<void>;
}

/** What a poll has found. */
export interface PolledController {
  /** The action that is to be deployed. */
  deployment?: string | undefined;
  /** The action that is to be cancelled. */
  cancel?: string | undefined;
  /** Whether the server wants to know what the device is. */
  wantsConfigData: boolean;
  /** Whether an action waits for somebody to confirm it in hawkBit. */
  waitsForConfirmation: boolean;
  /** Seconds until the next poll. */
  sleep: number;
}

/**
 * Polls the controller of a device, once.
 * @throws LevitateError UPDATE_SERVER_FAILED
 */
export async function pollController(
  { server, controller }: BridgedDevice,
  signal?: AbortSignal,
): Promise<PolledController> {
  const { value } = await askServer(server, controller, '', { signal });
  const base = resource(ControllerBase, value, server.url.host);
  return {
    deployment: actionOf('deploymentBase', base),
    cancel: actionOf('cancelAction', base),
    wantsConfigData: base._links?.configData !== undefined,
    waitsForConfirmation: base._links?.confirmationBase !== undefined,
    sleep: pollSeconds(base),
  };
}

/**
 * Tells hawkBit something of an action. An action that is closed (410) or gone (404) there wants no feedback any more.
 * @throws LevitateError UPDATE_SERVER_FAILED
 */
export async function sendFeedback(
  { server, controller }: BridgedDevice,
  of: 'deploymentBase' | 'cancelAction',
  action: string,
  body: ActionFeedback,
  signal?: AbortSignal,
): Promise<void> {
  const path = `/${of}/${action}/feedback`;
  await askServer(server, controller, path, {
    ...{ method: 'POST', body, signal },
    accepted: [404, 410],
  });
}

/**
 * Keeps a change of what is known of an action, before anything follows from it.
 * @throws LevitateError OUTPUT_FAILED
 */
export async function changeRecord(
  { folder, controller }: BridgedDevice,
  record: ActionRecord,
  change: Partial<ActionRecord>,
): Promise<void> {
  Object.assign(record, change);
  await keepRecord(folder, controller, record);
}
