import type { Client, ClientChannel } from 'ssh2';
import { LevitateError, reasonOf } from '../errors.js';
import { firstWords, runCommand, stopSignal } from './command.js';
import type { ExecOptions, ExecResult } from './transport.js';

/**
 * Runs a command in a channel of its own.
 * @param name of the device, for messages
 * @param lost aborted when the connection ends
 * @throws LevitateError CONNECTION_LOST; the reason of the signals in `options` and `lost`
 */
export async function execOverSsh2(
  client: Client,
  name: string,
  command: string,
  options: ExecOptions,
  lost: AbortSignal,
): Promise<ExecResult> {
  const { stop, done } = stopSignal(options, command, lost);
  try {
    const channel = await openChannel(client, name, command, options.terminal === true, stop);
    const ended = new Promise<number | null>((resolve) => {
      channel.on('close', (code?: number | null) => resolve(code ?? null));
    });
    const kill = (): void => void channel.close();
    return await runCommand(
      { stdin: channel, stdout: channel, stderr: channel.stderr, ended, kill },
      options,
      stop,
    );
  } finally {
    done();
  }
}

function openChannel(
  client: Client,
  name: string,
  command: string,
  pty: boolean,
  stop: AbortSignal,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(stop.reason as Error);
    if (stop.aborted) return stopped();
    stop.addEventListener('abort', stopped, { once: true });
    client.exec(command, { pty }, (error, channel) => {
      stop.removeEventListener('abort', stopped);
      if (error !== undefined) return reject(refusedCommand(name, command, error));
      if (!stop.aborted) return resolve(channel);
      channel.on('error', () => undefined);
      channel.close();
    });
  });
}

const refusedCommand = (name: string, command: string, cause: unknown): LevitateError =>
  new LevitateError(
    'CONNECTION_LOST',
    `${name} did not run \`${firstWords(command)}\`: ${reasonOf(cause)}`,
    { cause },
  );
