import { once, type EventEmitter } from 'node:events';
import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { LevitateError } from '../errors.js';
import { sshWords } from '../shared/ssh-host.js';
import { folderForSsh } from '../shared/user-folders.js';
import { startAskpass } from './askpass.js';
import { runCommand, firstWords, stopSignal } from './command.js';
import { resolveSshConfig } from './config.js';
import { OpenSshClient, readText, type OpenSshOptions } from './openssh-client.js';
import { readSshLog, type SshLog } from './openssh-log.js';
import { connectSeconds, overriding, settingsAsArguments } from './options.js';
import type { ExecOptions, ExecResult, Transport } from './transport.js';

export { resolveSshConfig } from './config.js';

/**
 * Connects through the person's own ssh client, with their configuration, agent and jump hosts. All commands share
 * one connection, so that a passphrase is typed once; after a minute without commands it is made anew when needed.
 * @param host as `ssh` takes it; may hold a user name.
 * @throws LevitateError HOST_UNREACHABLE, AUTH_FAILED, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, SSH_ALGORITHMS; USAGE where
 * ssh refuses its configuration.
 */
export async function connectOpenSsh(
  host: string,
  options: OpenSshOptions = {},
): Promise<Transport> {
  const { settings, connectTimeout } = await resolveSshConfig(host, options.configFile);
  const folder = options.controlDir ?? (await socketFolder());
  const own = [
    ...overriding((keyword) => settings.has(keyword)),
    ...settingsAsArguments({ ConnectTimeout: String(connectTimeout ?? connectSeconds) }),
  ];
  const { ask, interactive } = options;
  const client = new OpenSshClient(host, options, folder, own);
  try {
    if (ask && interactive) client.askpass = await startAskpass(folder, ask);
    const { address, byTyping } = await client.connect();
    return new OpenSsh(client, address, byTyping);
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** The control socket's name: a slash, 40 digits, and what ssh appends while it makes it (`mux.c`). */
const socketNameLength = 1 + 40 + 17;
/** `sun_path` in the smallest of the usual systems, with its final zero. */
const socketPathLength = 104 - 1;

/** A private folder for an ssh client's sockets, keys and logs; the caller takes it away. */
export const socketFolder = (): Promise<string> =>
  folderForSsh(socketPathLength - socketNameLength);

class OpenSsh implements Transport {
  readonly name: string;
  readonly #closed = new AbortController();

  constructor(
    readonly client: OpenSshClient,
    readonly address: string | undefined,
    readonly byTyping: boolean,
  ) {
    this.name = `ssh ${client.host}`;
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const { stop, done } = stopSignal(options, command, this.#closed.signal);
    try {
      stop.throwIfAborted();
      const result = await this.#run(command, options, stop);
      // Ctrl-C on a terminal ends the ssh client as well, and perhaps before this program is told.
      if (result.code !== 0) stop.throwIfAborted();
      return result;
    } catch (error) {
      stop.throwIfAborted();
      throw error;
    } finally {
      done();
    }
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(
      new LevitateError('CONNECTION_LOST', `the connection to ${this.client.host} was closed`),
    );
    await this.client.close();
  }

  async #run(command: string, options: ExecOptions, stop: AbortSignal): Promise<ExecResult> {
    const { client } = this;
    const log = client.logFile();
    const args = ['-E', log, ...client.arguments('DEBUG3')];
    // Twice, because the standard input of this client is no terminal.
    if (options.terminal === true) args.push('-tt');
    const child = execa('ssh', [...args, ...sshWords(client.host), command], {
      reject: false,
      buffer: false,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      env: client.env,
    });
    try {
      const result = await runCommand(
        {
          stdin: child.stdin,
          stdout: child.stdout,
          stderr: child.stderr,
          ended: exitOf(child),
          kill: () => child.kill(),
        },
        options,
        stop,
      );
      client.askpass?.taken();
      if (result.code !== null && result.code !== 255) return result;
      return {
        ...result,
        code: await this.#meaningOf255(command, readSshLog(await readText(log))),
      };
    } finally {
      await rm(log, { force: true });
    }
  }

  /** ssh ends with 255 for a remote 255, a killed remote command, and its own failures. */
  async #meaningOf255(
    command: string,
    { status, messages, begunBy, keys }: SshLog,
  ): Promise<number | null> {
    if (status !== undefined) return status;
    // The connection that took the command lives, so it was the command that was killed. One that was made anew
    // meanwhile tells nothing of what became of it.
    if (begunBy !== undefined && begunBy === (await this.client.master())) return null;
    const failure = await this.client.failure({ messages, keys });
    if (
      failure.code !== 'HOST_UNREACHABLE' ||
      failure.data?.['unresolved'] === true ||
      /^ssh: connect to host/m.test(messages)
    )
      throw failure;
    throw new LevitateError(
      'CONNECTION_LOST',
      `the connection to ${this.client.host} broke while \`${firstWords(command)}\` ran`,
      { cause: failure },
    );
  }
}

async function exitOf(child: EventEmitter): Promise<number | null> {
  // `close` comes after all output; execa's promise would settle with the exit alone.
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}
