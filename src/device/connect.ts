import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LevitateError } from '../errors.js';
import { connectOpenSsh, openProxySocket, resolveSshConfig } from './openssh.js';
import type { Session } from './session.js';
import { connectSsh2 } from './ssh2.js';
import type { Transport } from './transport.js';

/** How a person's own SSH is to be used. */
export interface Connection {
  /** As one would write it after `ssh`: an alias of ssh_config, `user@host`, an address. */
  host: string;
  /** An ssh_config file in place of the person's own. */
  sshConfig?: string;
  /** Whether ssh may ask for a passphrase or a code on the terminal. */
  interactive?: boolean;
}

/** A connection to the device's running system, through the person's own OpenSSH client. */
export const openRunning = (
  { host, sshConfig, interactive }: Connection,
  options: string[] = [],
): Promise<Transport> =>
  connectOpenSsh(host, {
    ...(sshConfig === undefined ? {} : { configFile: sshConfig }),
    interactive: interactive ?? false,
    options,
  });

/** Where the person's ssh_config leads for a host, as an entry remembers it. */
export async function addressOf({
  host,
  sshConfig,
}: Connection): Promise<Omit<Session, 'entryId' | 'bootId' | 'privateKey' | 'hostKeys'>> {
  const { hostname, port, user, proxyJump, proxyCommand } = await resolveSshConfig(host, sshConfig);
  const proxied = Boolean(proxyJump ?? proxyCommand);
  const config = sshConfig === undefined ? {} : { sshConfig: path.resolve(sshConfig) };
  return { host, hostname, port, user, proxied, ...config };
}

/**
 * A connection to the maintenance sshd, with the key of this entry and the host keys that it must present.
 * @throws LevitateError HOST_UNREACHABLE, AUTH_FAILED, HOST_KEY_CHANGED
 */
export async function openMaintenance(session: Session): Promise<Transport> {
  const { host, hostname, port, privateKey, hostKeys, sshConfig } = session;
  const sock = session.proxied
    ? await openProxySocket(
        host,
        hostname,
        port,
        sshConfig === undefined ? {} : { configFile: sshConfig },
      )
    : undefined;
  return connectSsh2({
    host: hostname,
    port,
    user: 'root',
    privateKey,
    hostKeys,
    ...(sock ? { sock } : {}),
  });
}

/** Whether an error only means that nobody answers as expected yet. */
export const isNotThereYet = (error: unknown): boolean =>
  error instanceof LevitateError &&
  ['HOST_UNREACHABLE', 'AUTH_FAILED', 'HOST_KEY_CHANGED', 'CONTACT_LOST'].includes(error.code);

/**
 * Waits until a connection ends by itself, as it does when the system behind it shuts down.
 * @returns whether it ended within the bound, in seconds
 */
export async function waitUntilGone(
  transport: Transport,
  seconds: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  const ended = transport.exec(`sleep ${seconds + 60}`, { signal: either }).then(
    () => true,
    () => true,
  );
  const bound = sleep(seconds * 1000, false, { signal: either }).catch(() => false);
  try {
    return await Promise.race([ended, bound]);
  } finally {
    stop.abort();
  }
}
