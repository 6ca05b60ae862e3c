import { open, readFile, rm } from 'node:fs/promises';
import { once, type EventEmitter } from 'node:events';
import { join } from 'node:path';
import { execa } from 'execa';
import { LevitateError } from '../errors.js';
import { sshWords } from '../shared/ssh-host.js';
import { runCommand, firstWords, stopSignal } from './command.js';
import { proxyMessages, readSshLog, sshFailure, type SshLog } from './openssh-log.js';
import { programMissing } from '../shared/host-program.js';
import { folderForSsh } from '../shared/user-folders.js';
import { aliveSettings, connectSeconds, overriding, settingsAsArguments } from './options.js';
import { startAskpass, type Ask, type Askpass } from './askpass.js';
import { offerIn } from './algorithms.js';
import { resolveSshConfig } from './config.js';
import type { ExecOptions, ExecResult, Transport } from './transport.js';

/** What a connection by the OpenSSH client takes. */
export interface OpenSshOptions {
  /** The person's ssh configuration file, where it is not the usual one. */
  configFile?: string | undefined;
  /** Whether a person is there to be asked for a passphrase, and about an unknown host. */
  interactive?: boolean | undefined;
  /** Asks the person in place of ssh, which would ask on the terminal; only where `interactive`. */
  ask?: Ask | undefined;
  /** A private folder for sockets and logs; by itself a temporary one, removed by `close`. */
  controlDir?: string | undefined;
  /** Further arguments for ssh; they go before ours, and so prevail. */
  options?: string[] | undefined;
  /** Ends an attempt to connect. */
  signal?: AbortSignal | undefined;
  /** Is told each line that ssh writes while it connects, its debug lines too. */
  onLine?: ((line: string) => void) | undefined;
}

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
  const askpass = ask && interactive ? await startAskpass(folder, ask) : undefined;
  const transport = new OpenSsh(host, options, folder, own, askpass);
  try {
    await transport.connect();
    return transport;
  } catch (error) {
    await transport.close();
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

/** Bound on connecting where nobody is there to type; a jump host does not inherit ConnectTimeout. */
const connectTimeoutMs = 60_000;

class OpenSsh implements Transport {
  readonly name: string;
  readonly #closed = new AbortController();
  #commands = 0;
  #address: string | undefined;

  constructor(
    readonly host: string,
    readonly options: OpenSshOptions,
    readonly folder: string,
    readonly own: string[],
    readonly askpass?: Askpass,
  ) {
    this.name = `ssh ${host}`;
  }

  get address(): string | undefined {
    return this.#address;
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
      new LevitateError('CONNECTION_LOST', `the connection to ${this.host} was closed`),
    );
    await this.#control('exit');
    this.askpass?.close();
    if (this.options.controlDir === undefined)
      await rm(this.folder, { recursive: true, force: true });
  }

  /** Makes the shared connection, which then stays in the background. */
  async connect(): Promise<void> {
    const log = this.#logFile();
    // A jump host's ssh has no -E, and what it says explains the failure. ssh throws that away without -v.
    const said = (await open(`${log}-said`, 'a', 0o600)).createWriteStream();
    try {
      const args = ['-v', '-E', log, ...this.#arguments('DEBUG1'), ...sshWords(this.host), 'true'];
      const result = await execa('ssh', args, {
        reject: false,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: said,
        env: this.askpass?.env ?? {},
        ...(this.options.signal === undefined ? {} : { cancelSignal: this.options.signal }),
        ...(this.options.interactive === true ? {} : { timeout: connectTimeoutMs }),
      });
      this.options.signal?.throwIfAborted();
      if (result.code === 'ENOENT') throw programMissing('ssh', result.cause);
      const text = await readText(log);
      for (const line of text.split(/\r?\n/).filter(Boolean)) this.options.onLine?.(line);
      const { messages, address } = readSshLog(text);
      const proxies = proxyMessages(await readText(`${log}-said`));
      this.options.signal?.throwIfAborted();
      if (result.exitCode === 255 || result.exitCode === undefined)
        throw await this.#failure(`${proxies}${messages}`);
      this.#address = address;
      this.askpass?.taken();
    } finally {
      said.destroy();
      await Promise.all([log, `${log}-said`].map((path) => rm(path, { force: true })));
    }
  }

  async #run(command: string, options: ExecOptions, stop: AbortSignal): Promise<ExecResult> {
    const log = this.#logFile();
    const args = ['-E', log, ...this.#arguments('DEBUG3')];
    const child = execa('ssh', [...args, ...sshWords(this.host), command], {
      reject: false,
      buffer: false,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      env: this.askpass?.env ?? {},
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
      this.askpass?.taken();
      if (result.code !== null && result.code !== 255) return result;
      return { ...result, code: await this.#meaningOf255(command, await readLog(log)) };
    } finally {
      await rm(log, { force: true });
    }
  }

  /** ssh ends with 255 for a remote 255, a killed remote command, and its own failures. */
  async #meaningOf255(
    command: string,
    { status, messages, begunBy }: SshLog,
  ): Promise<number | null> {
    if (status !== undefined) return status;
    // The connection that took the command lives, so it was the command that was killed. One that was made anew
    // meanwhile tells nothing of what became of it.
    if (begunBy !== undefined && begunBy === (await this.#master())) return null;
    const failure = await this.#failure(messages);
    if (
      failure.code !== 'HOST_UNREACHABLE' ||
      failure.data?.['unresolved'] === true ||
      /^ssh: connect to host/m.test(messages)
    )
      throw failure;
    throw new LevitateError(
      'CONNECTION_LOST',
      `the connection to ${this.host} broke while \`${firstWords(command)}\` ran`,
      { cause: failure },
    );
  }

  async #failure(messages: string): Promise<LevitateError> {
    const query = offerIn(messages)?.query;
    if (query === undefined || query === '') return sshFailure(this.host, messages);
    const { stdout, failed } = await execa('ssh', ['-Q', query], { reject: false });
    return sshFailure(this.host, messages, failed ? undefined : new Set(stdout.split('\n')));
  }

  /** The number of the process that keeps the shared connection, while there is one. */
  async #master(): Promise<number | undefined> {
    const pid = /pid=(\d+)/.exec(await this.#control('check'))?.[1];
    return pid === undefined ? undefined : Number(pid);
  }

  /** Gives the shared connection an order, and gives what it answers; nothing where there is none. */
  async #control(order: 'check' | 'exit'): Promise<string> {
    const args = ['-O', order, ...this.#arguments('INFO'), ...sshWords(this.host)];
    const { failed, all } = await execa('ssh', args, { reject: false, stdin: 'ignore', all: true });
    return failed ? '' : all;
  }

  #logFile(): string {
    this.#commands += 1;
    return join(this.folder, `log-${this.#commands}`);
  }

  #arguments(logLevel: string): string[] {
    const file = this.options.configFile === undefined ? [] : ['-F', this.options.configFile];
    return [
      ...file,
      ...(this.options.options ?? []),
      '-T',
      ...settingsAsArguments({
        ControlMaster: 'auto',
        ControlPath: `${this.folder}/%C`,
        ControlPersist: '60',
        ...aliveSettings,
        BatchMode: this.options.interactive === true ? 'no' : 'yes',
        LogLevel: logLevel,
      }),
      ...this.own,
    ];
  }
}

async function exitOf(child: EventEmitter): Promise<number | null> {
  // `close` comes after all output; execa's promise would settle with the exit alone.
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

const readLog = async (path: string): Promise<SshLog> => readSshLog(await readText(path));
