import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { LevitateError } from '../errors.js';
import { programMissing } from '../shared/host-program.js';
import { sshWords } from '../shared/ssh-host.js';
import { offerIn } from './algorithms.js';
import type { Ask, Askpass } from './askpass.js';
import { proxyMessages, readSshLog, sshFailure, type SshLog } from './openssh-log.js';
import { aliveSettings, settingsAsArguments } from './options.js';

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

/** Bound on connecting where nobody is there to type; a jump host does not inherit ConnectTimeout. */
const connectTimeoutMs = 60_000;

/** The person's ssh client for one host, whose commands share one connection. */
export class OpenSshClient {
  #runs = 0;
  /** Answers what ssh asks; where there is none, ssh asks on the terminal, or nobody. */
  askpass: Askpass | undefined;

  /**
   * @param folder a private one, for the socket of that connection and for logs
   * @param own settings of ours, as arguments; those of `options` prevail
   */
  constructor(
    readonly host: string,
    readonly options: OpenSshOptions,
    readonly folder: string,
    readonly own: string[],
  ) {}

  /** What ssh needs in its environment to ask the person by this program. */
  get env(): NodeJS.ProcessEnv {
    return this.askpass?.env ?? {};
  }

  /**
   * Makes the shared connection, which then stays in the background.
   * @returns the address that it was made to, where ssh told it, and whether somebody typed a password for it
   */
  async connect(): Promise<Pick<SshLog, 'address' | 'byTyping'>> {
    const log = this.logFile();
    // A jump host's ssh has no -E, and what it says explains the failure. ssh throws that away without -v.
    const said = (await open(`${log}-said`, 'a', 0o600)).createWriteStream();
    try {
      const args = ['-v', '-E', log, ...this.arguments('DEBUG1'), ...sshWords(this.host), 'true'];
      const result = await execa('ssh', args, {
        reject: false,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: said,
        env: this.env,
        ...(this.options.signal === undefined ? {} : { cancelSignal: this.options.signal }),
        ...(this.options.interactive === true ? {} : { timeout: connectTimeoutMs }),
      });
      this.options.signal?.throwIfAborted();
      if (result.code === 'ENOENT') throw programMissing('ssh', result.cause);
      const text = await readText(log);
      for (const line of text.split(/\r?\n/).filter(Boolean)) this.options.onLine?.(line);
      const { messages, address, byTyping, keys } = readSshLog(text);
      const ofProxies = await readText(`${log}-said`);
      const proxies = proxyMessages(ofProxies);
      this.options.signal?.throwIfAborted();
      if (result.exitCode === 255 || result.exitCode === undefined)
        throw await this.failure({
          messages: `${proxies}${messages}`,
          keys: proxies.includes('Permission denied') ? readSshLog(ofProxies).keys : keys,
        });
      this.askpass?.taken();
      return { address, byTyping };
    } finally {
      said.destroy();
      await Promise.all([log, `${log}-said`].map((path) => rm(path, { force: true })));
    }
  }

  /** Ends the shared connection, and takes the folder away where nobody else named it. */
  async close(): Promise<void> {
    await this.#control('exit');
    this.askpass?.close();
    if (this.options.controlDir === undefined)
      await rm(this.folder, { recursive: true, force: true });
  }

  /** The error for what ssh says of its failure. */
  async failure({ messages, keys }: Pick<SshLog, 'messages' | 'keys'>): Promise<LevitateError> {
    const canAsk = this.options.interactive === true;
    const query = offerIn(messages)?.query;
    if (query === undefined || query === '')
      return sshFailure(this.host, messages, keys, undefined, canAsk);
    const { stdout, failed } = await execa('ssh', ['-Q', query], { reject: false });
    const known = failed ? undefined : new Set(stdout.split('\n'));
    return sshFailure(this.host, messages, keys, known, canAsk);
  }

  /** The number of the process that keeps the shared connection, while there is one. */
  async master(): Promise<number | undefined> {
    const pid = /pid=(\d+)/.exec(await this.#control('check'))?.[1];
    return pid === undefined ? undefined : Number(pid);
  }

  /** Gives the shared connection an order, and gives what it answers; nothing where there is none. */
  async #control(order: 'check' | 'exit'): Promise<string> {
    const args = ['-O', order, ...this.arguments('INFO'), ...sshWords(this.host)];
    const { failed, all } = await execa('ssh', args, { reject: false, stdin: 'ignore', all: true });
    return failed ? '' : all;
  }

  /** A path for the log of one more run of ssh. */
  logFile(): string {
    this.#runs += 1;
    return join(this.folder, `log-${this.#runs}`);
  }

  /** The arguments of every run, before the host; the connection is made with them as well, if there is none. */
  arguments(logLevel: string): string[] {
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

/** The text of a log; empty where there is none. */
export const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
