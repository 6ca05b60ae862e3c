import { setTimeout as sleep } from 'node:timers/promises';
import { LevitateError } from '../../../errors.js';
import { warn, type Run } from '../../../progress.js';
import { deploy, type DeployOptions, type DeployResult } from '../../deploy.js';
import type { ImageArtifact } from './artifact.js';
import type { BridgedDevice } from './device.js';
import { downloadArtifact } from './download.js';
import { pollDevice } from './poll.js';
import { refusePlainHttp, type UpdateServer } from './server.js';
import { gatewayToken } from './token.js';

/** What `bridgeHawkbit` takes. */
export interface BridgeHawkbitOptions {
  /** URL of the hawkBit server, without /TENANT/controller. */
  url: string;
  /** Name of the tenant; `DEFAULT` without it. */
  tenant?: string;
  /** Path of a file with the gateway token; without it, HAWKBIT_GATEWAY_TOKEN of the environment. */
  tokenFile?: string;
  /** Path of the profile of the devices. */
  profile: string;
  /** The target of the profile that images are written to. */
  target: string;
  /** Controller id in hawkBit → the device, as one would write it after `ssh`. */
  devices: Record<string, string>;
  /** The folder for downloads, and for what is known of the last action of each device. */
  folder: string;
  /** Whether the new system must report the version of the software module as its build. */
  expectVersion?: boolean;
  /** Whether a server beyond this machine may be asked without TLS. */
  insecureHttp?: boolean;
  /** Whether each device is polled once, and its action done; without it, polling goes on until `signal`. */
  once?: boolean;
  /** Path of an ssh_config in place of the person's own. */
  sshConfig?: string;
  /** Deploys in place of `deploy`, for a program that reaches its devices by other means. */
  deployWith?: (options: DeployOptions, run: Run) => Promise<DeployResult>;
}

/** What `bridgeHawkbit` gives once it ends. */
export interface BridgeHawkbitResult {
  /** The devices that were polled, by their controller ids. */
  devices: string[];
}

/**
 * Stands between devices and an Eclipse hawkBit server: it polls for them by the Direct Device Integration API, deploys what the server
 * assigns, and tells how that ended. A failed deploy is told to the server, and is no failure of the bridge.
 * @throws LevitateError USAGE; UPDATE_SERVER_FAILED for a URL without TLS, or with `once` where the server does not answer;
 * FOLDER_UNUSABLE, OUTPUT_FAILED
 */
export async function bridgeHawkbit(
  options: BridgeHawkbitOptions,
  run: Run = {},
): Promise<BridgeHawkbitResult> {
  const server = await serverOf(options);
  const devices = devicesOf(options, server, run);
  const poll = options.once ? pollDevice : pollAlways;
  const loops = devices.map((device) =>
    poll(device, run).catch((error: unknown) => {
      // Who stops a bridge between two polls ends it as it is meant to end.
      if (!run.signal?.aborted || error !== run.signal.reason) throw error;
    }),
  );
  for (const ended of await Promise.allSettled(loops))
    if (ended.status === 'rejected') throw ended.reason;
  return { devices: devices.map(({ controller }) => controller) };
}

/** Polls until it is stopped. What fails for one device is tried again, and does not end the others. */
async function pollAlways(device: BridgedDevice, run: Run): Promise<void> {
  let seconds = 0;
  for (;;) {
    // Bridges that began together are not to ask at the same moment for ever.
    await device.pause(seconds * (0.9 + 0.2 * Math.random()), run.signal);
    if (run.signal?.aborted) return;
    try {
      seconds = await pollDevice(device, run);
    } catch (error) {
      if (run.signal?.aborted || !(error instanceof LevitateError)) throw error;
      warn(run, `${device.controller}: ${error.message}. It is tried again.`);
      seconds = 60;
    }
  }
}

async function serverOf(options: BridgeHawkbitOptions): Promise<UpdateServer> {
  const { url: text, tenant = 'DEFAULT', insecureHttp = false } = options;
  if (!URL.canParse(text))
    throw new LevitateError('USAGE', `'${text}' is no URL`, {
      hint: 'Write the URL of the server, such as https://hawkbit.example.org.',
    });
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new LevitateError('USAGE', 'the URL has a name or a password in it', {
      hint: 'The gateway token alone lets the bridge in; everybody on this machine can read a command line.',
    });
  refusePlainHttp(url, insecureHttp);
  return { url, tenant, insecureHttp, token: await gatewayToken(options.tokenFile) };
}

function devicesOf(options: BridgeHawkbitOptions, server: UpdateServer, run: Run): BridgedDevice[] {
  const { profile, target, folder, expectVersion = false, sshConfig } = options;
  const downloads = new Map<string, Promise<string>>();
  // Two devices of one rollout share one download.
  const download = (artifact: ImageArtifact): Promise<string> => {
    const key = `${artifact.sha256}/${artifact.name}`;
    const under = downloads.get(key) ?? downloadArtifact(server, folder, artifact, run);
    downloads.set(key, under);
    return under.finally(() => downloads.delete(key));
  };
  const shared = { profile, target, folder, expectVersion, server, download, pause };
  return Object.entries(options.devices).map(([controller, host]) => ({
    ...{ controller, host, ...shared, deploy: options.deployWith ?? deploy },
    ...(sshConfig === undefined ? {} : { sshConfig }),
  }));
}

const pause = (seconds: number, signal?: AbortSignal): Promise<void> =>
  sleep(seconds * 1000, undefined, signal ? { signal } : {}).catch(() => undefined);
