/** How people and tests reach a device: an OpenSSH config of its own, and a command over it. */
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { labKeys } from './build/keys.js';

export interface SshResult {
  stdout: string;
  stderr: string;
  /** ssh's: 255 when the connection failed. */
  exitCode: number;
}

/** Writes `ssh_config` and `known_hosts` into `dir`; answers the config's path. */
export async function writeSshConfig(
  dir: string,
  host: string,
  port: number,
  address = '127.0.0.1',
): Promise<string> {
  const keys = await labKeys();
  const knownHosts = join(dir, 'known_hosts');
  const known = port === 22 ? address : `[${address}]:${port}`;
  const lines = keys.hostPublicKeys.map((key) => `${known} ${key}\n`);
  await writeFile(knownHosts, lines.join(''));
  const config = join(dir, 'ssh_config');
  const settings = {
    HostName: address,
    Port: port,
    User: 'root',
    IdentityFile: keys.userKey,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    ConnectTimeout: 10,
  };
  const body = Object.entries(settings).map(([key, value]) => `  ${key} ${value}\n`);
  await writeFile(config, `Host ${host}\n${body.join('')}`);
  return config;
}

/** Runs a command on the device, whatever it answers. */
export async function runSsh(
  config: string,
  host: string,
  command: string,
  options: { input?: string | Buffer; timeoutMs?: number } = {},
): Promise<SshResult> {
  const result = await execa('ssh', ['-F', config, '-o', 'BatchMode=yes', host, command], {
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    stripFinalNewline: false,
    maxBuffer: 256 * 1024 * 1024,
  });
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode ?? 255 };
}

/** Waits until an SSH server greets at the port. */
export async function waitForBanner(port: number, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await greets(port, Math.min(5000, end - Date.now()))) return;
    await sleep(100);
  }
  throw new Error(`lab: nothing speaks SSH at port ${port} after ${timeoutMs / 1000} s`);
}

async function greets(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.once('data', (data) => settle(data.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
