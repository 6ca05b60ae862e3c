import path from 'node:path';
import { isCode, LevitateError, type ErrorCode } from '../errors.js';
import { report, type Run } from '../progress.js';
import { firstWords } from '../ssh/command.js';
import { connectOverWay } from './maintenance-way.js';
import type { Ask } from '../ssh/askpass.js';
import { connectOpenSsh } from '../ssh/openssh.js';
import { settingsAsArguments } from '../ssh/options.js';
import type { Session } from './session.js';
import { resolveSshConfig } from '../ssh/config.js';
import { connectSsh2 } from '../ssh/ssh2.js';
import { wayTo } from '../ssh/way.js';
import type { Transport } from '../ssh/transport.js';
import { secondsSince } from '../shared/seconds-since.js';

/** How a person's own SSH is to be used. */
export interface Connection {
  /** As one would write it after `ssh`: an alias of ssh_config, `user@host`, an address. */
  host: string;
  /** An ssh_config file in place of the person's own. */
  sshConfig?: string;
  /** Whether ssh may ask for a passphrase or a code on the terminal. */
  interactive?: boolean;
  /**
   * Asks the person what ssh, or sudo, doas or su on the device, wants to know. Without it, ssh asks on the terminal, and the
   * password of sudo, doas or su is only in a file that LEVITATE_SUDO_PASSWORD_FILE names.
   */
  ask?: Ask;
}

/** A connection that ends with the block that holds it (`await using`). */
export type Held = Transport & AsyncDisposable;

/**
 * A connection to the device's running system, through the person's own OpenSSH client.
 * @param options further arguments of the client, which prevail
 * @throws LevitateError as `connectOpenSsh` does; the reason of `signal`
 */
export const connectRunning = async (
  { host, sshConfig, interactive, ask }: Connection,
  options: string[] = [],
  run: Run = {},
): Promise<Held> =>
  held(
    await connectOpenSsh(host, {
      ...(sshConfig === undefined ? {} : { configFile: sshConfig }),
      interactive: interactive ?? false,
      ask,
      options,
      signal: run.signal,
      onLine: (line) => report(run, { type: 'debug', message: `ssh: ${line}` }),
    }),
    run,
  );

/** Options for `connectRunning` by which a host is reached at an address, and known by the keys of its name. */
export async function byAddress(
  { host, sshConfig }: Connection,
  address: string,
): Promise<string[]> {
  const { hostname, port, hostKeyAlias } = await resolveSshConfig(host, sshConfig);
  return settingsAsArguments({
    HostName: address.replaceAll('%', '%%'),
    HostKeyAlias: hostKeyAlias ?? (port === 22 ? hostname : `[${hostname}]:${port}`),
    CheckHostIP: 'no',
  });
}

/** Where the device is, as an entry remembers it. */
export type Address = Omit<Session, 'entryId' | 'bootId' | 'privateKey' | 'hostKeys'>;

/**
 * Where the person's ssh_config leads for a host, as an entry remembers it.
 * @param running a connection to it: the address that it was made to is remembered, and whether somebody typed a password
 */
export async function addressOf(
  { host, sshConfig }: Connection,
  running?: Pick<Transport, 'address' | 'byTyping'>,
): Promise<Address> {
  const [config, defaults] = await Promise.all([
    resolveSshConfig(host, sshConfig),
    resolveSshConfig(host, 'none'),
  ]);
  const { hostname, port, user } = config;
  return {
    ...{ host, hostname, port, user },
    ...(running?.address === undefined ? {} : { address: running.address }),
    ...(running?.byTyping === true ? { byTyping: true } : {}),
    proxied: Object.keys(wayTo(host, config, defaults, sshConfig)).length > 0,
    ...(sshConfig === undefined ? {} : { sshConfig: path.resolve(sshConfig) }),
  };
}

/**
 * A connection to the maintenance sshd, with the key of this entry and the host keys that it must present. It is made
 * to the address that the running system was reached at; where nobody answers there, or another machine does, to what
 * the name means now.
 * @throws LevitateError HOST_UNREACHABLE, AUTH_FAILED, HOST_KEY_CHANGED, SSH_ALGORITHMS; the reason of `signal`
 */
export async function connectMaintenance(session: Session, run: Run = {}): Promise<Held> {
  const { signal } = run;
  const { address, hostname, port, privateKey, hostKeys } = session;
  const to = (where: string): Promise<Transport> =>
    session.proxied
      ? connectOverWay(session, where, signal)
      : connectSsh2({ host: where, port, user: 'root', privateKey, hostKeys, signal });
  if (address === undefined || address === hostname) return held(await to(hostname), run);
  try {
    return held(await to(address), run);
  } catch (error) {
    if (!isNotThereYet(error) || isCode(error, 'AUTH_FAILED')) throw error;
    // What is wrong with the address is told; the name that nobody answers for is only a second try.
    return held(
      await to(hostname).catch((second: unknown) => {
        throw isCode(second, 'HOST_UNREACHABLE') ? error : second;
      }),
      run,
    );
  }
}

/** The connection as one that a block holds; whoever watches is told of it and of each command that it runs. */
function held(transport: Transport, run: Run): Held {
  const { name, address, byTyping } = transport;
  report(run, { type: 'debug', message: `connected: ${name}` });
  return {
    ...{ name, address, byTyping },
    async exec(command, options) {
      const started = performance.now();
      const { code, ...result } = await transport.exec(command, options);
      const seconds = secondsSince(started);
      const end = `${code === null ? 'killed' : `status ${code}`} after ${seconds} s`;
      report(run, { type: 'debug', message: `${name}: ${firstWords(command)}: ${end}` });
      return { code, ...result };
    },
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

/** The same connection, for commands that `signal` may end at any moment. */
export const interruptible = (transport: Transport, signal?: AbortSignal): Transport => ({
  name: transport.name,
  address: transport.address,
  byTyping: transport.byTyping,
  exec: (command, options) =>
    transport.exec(command, { ...(signal ? { signal } : {}), ...options }),
  close: () => transport.close(),
});

/** Whether an error only means that nobody answers as expected yet. */
export const isNotThereYet = (error: unknown): error is LevitateError =>
  error instanceof LevitateError && notThereYet.has(error.code);

const notThereYet: ReadonlySet<ErrorCode> = new Set([
  'HOST_UNREACHABLE',
  'AUTH_FAILED',
  'HOST_KEY_CHANGED',
  'HOST_KEY_UNKNOWN',
  'SSH_ALGORITHMS',
  'LOGIN_RESTRICTED',
  'CONNECTION_LOST',
]);
