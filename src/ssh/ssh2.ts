import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { LevitateError, reasonOf } from '../errors.js';
import { alive, connectSeconds } from './options.js';
import { runCommand, firstWords, stopSignal } from './command.js';
import { fingerprint, parseHostKey, type HostKey } from './host-keys.js';
import type { ExecOptions, ExecResult, Transport } from './transport.js';

export { generateKeyPair } from './key-pair.js';

/** What a connection by ssh2 takes. */
export interface Ssh2Options {
  host: string;
  port: number;
  user: string;
  /** OpenSSH PEM, without passphrase. */
  privateKey: string;
  /** The device's keys, one line each (`ssh-ed25519 AAAA…`); at least one. No other is accepted. */
  hostKeys: string[];
  /** In place of a TCP connection to `host` and `port`; whatever carries it notices its end. */
  stream?: Duplex;
  /** Bound on connecting, handshake and authentication together; 10 s by itself. */
  readyTimeoutMs?: number;
  /** Ends an attempt to connect. */
  signal?: AbortSignal | undefined;
}

/**
 * Connects to a device with a key and host keys that are known already; nothing of the person's own is used.
 * A device that vanishes is noticed within 20 s, and one that stalls for 15 s is waited for.
 * @param options `host` may be an IPv6 address with its zone
 * @throws LevitateError HOST_UNREACHABLE, AUTH_FAILED, HOST_KEY_CHANGED, SSH_ALGORITHMS; the reason of `signal`
 */
export async function connectSsh2(options: Ssh2Options): Promise<Transport> {
  const name = `maintenance ${options.user}@${options.host}:${options.port}`;
  const known = options.hostKeys.flatMap((line) => parseHostKey(line) ?? []);
  if (known.length === 0)
    throw new LevitateError(
      'INTERNAL',
      `no host key is known for ${name}, so it cannot be recognised`,
    );
  options.signal?.throwIfAborted();
  const client = new ssh2.Client();
  // A socket of our own, because ssh2 counts the answers to its own questions alone as signs of life.
  const sock = options.stream ?? connect({ host: options.host, port: options.port });
  const lost = new AbortController();
  const stopped = (): void => void sock.destroy();
  options.signal?.addEventListener('abort', stopped, { once: true });
  try {
    await ready(client, sock, options, known, name, lost);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stopped);
  }
  const watch =
    sock instanceof Socket &&
    watchSilence(sock, () => client.emit('error', new Error('it has fallen silent')));
  return {
    name,
    exec: (command, execOptions = {}) => exec(client, name, command, execOptions, lost.signal),
    close: async () => {
      if (watch) clearInterval(watch);
      lost.abort(new LevitateError('CONNECTION_LOST', `the connection to ${name} was closed`));
      client.end();
      // An end that is not answered would keep the socket, and with it this process.
      sock.destroy();
    },
  };
}

/**
 * Calls `silent` when nothing has come for longer than a stall may last. Seconds are counted as they are seen: what
 * arrived while this machine slept is read before it counts as silence.
 */
function watchSilence(sock: Socket, silent: () => void): NodeJS.Timeout {
  let seen = sock.bytesRead;
  let seconds = 0;
  const watch = setInterval(() => {
    seconds = sock.bytesRead === seen ? seconds + 1 : 0;
    seen = sock.bytesRead;
    if (seconds <= alive.intervalSeconds * alive.missing) return;
    clearInterval(watch);
    silent();
  }, 1000);
  sock.on('close', () => clearInterval(watch));
  return watch;
}

function ready(
  client: Client,
  sock: Duplex,
  options: Ssh2Options,
  known: HostKey[],
  name: string,
  lost: AbortController,
): Promise<void> {
  let presentedKey: Buffer | undefined;
  const hostVerifier = (presented: Buffer): boolean => {
    const accepted = known.some(({ blob }) => blob.equals(presented));
    if (!accepted) presentedKey = presented;
    return accepted;
  };
  return new Promise((resolve, reject) => {
    let last: unknown;
    const fail = (): void => {
      reject(connectFailure(name, options.hostKeys, last, presentedKey));
      lost.abort(connectionLost(name, last));
      sock.destroy();
    };
    client.on('ready', resolve);
    // These stay for the client's whole life, because ssh2 may emit errors late and more than once.
    client.on('error', (error) => {
      last ??= error;
      fail();
    });
    client.on('close', fail);
    try {
      client.connect({ ...settings(options, known, hostVerifier), sock });
    } catch (error) {
      sock.destroy();
      reject(
        new LevitateError('INTERNAL', `cannot connect to ${name}: ${reasonOf(error)}`, {
          cause: error,
        }),
      );
    }
  });
}

function settings(
  { user, privateKey, readyTimeoutMs = connectSeconds * 1000 }: Ssh2Options,
  known: HostKey[],
  hostVerifier: (key: Buffer) => boolean,
): ConnectConfig {
  return {
    username: user,
    privateKey,
    readyTimeout: readyTimeoutMs,
    keepaliveInterval: alive.intervalSeconds * 1000,
    keepaliveCountMax: Infinity,
    authHandler: ['publickey'],
    hostVerifier,
    algorithms: {
      serverHostKey: [...new Set(known.flatMap(({ type }) => algorithmsOf(type)))] as never,
      // ChaCha first: devices without AES instructions are much faster with it.
      cipher: [
        'chacha20-poly1305@openssh.com',
        'aes128-gcm@openssh.com',
        'aes256-gcm@openssh.com',
        'aes128-ctr',
        'aes256-ctr',
      ],
      compress: ['none'],
    },
  };
}

/** An RSA key signs in several ways (RFC 8332); all other types in one that has the type's name. */
const algorithmsOf = (type: string): string[] =>
  type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type];

async function exec(
  client: Client,
  name: string,
  command: string,
  options: ExecOptions,
  lost: AbortSignal,
): Promise<ExecResult> {
  const { stop, done } = stopSignal(options, command, lost);
  try {
    const channel = await openChannel(client, name, command, stop);
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
  stop: AbortSignal,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(stop.reason as Error);
    if (stop.aborted) return stopped();
    stop.addEventListener('abort', stopped, { once: true });
    client.exec(command, (error, channel) => {
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

const connectionLost = (name: string, cause: unknown): LevitateError =>
  new LevitateError(
    'CONNECTION_LOST',
    `the connection to ${name} broke${cause === undefined ? '' : `: ${reasonOf(cause)}`}`,
    { cause },
  );

function connectFailure(
  name: string,
  hostKeys: string[],
  cause: unknown,
  presentedKey: Buffer | undefined,
): LevitateError {
  const expected = hostKeys.flatMap((line) => fingerprint(line) ?? []);
  const noneOfTheTypes = reasonOf(cause).includes('host key format');
  if (presentedKey !== undefined || noneOfTheTypes) {
    const presented =
      presentedKey === undefined ? 'a key of another type' : fingerprint(presentedKey);
    return new LevitateError(
      'HOST_KEY_CHANGED',
      `${name} presented ${presented}, not ${expected.join(' or ')}`,
      {
        hint: 'Another machine answers at this address, or the device has a new key. Nothing was sent to it.',
        cause,
        data: { expected, presented },
      },
    );
  }
  if (reasonOf(cause).startsWith('Handshake failed: no matching'))
    return new LevitateError(
      'SSH_ALGORITHMS',
      `${name} offers nothing that a maintenance system would: ${reasonOf(cause)}`,
      { hint: 'Another SSH server answers than the one of maintenance.', cause },
    );
  if ((cause as { level?: string } | undefined)?.level === 'client-authentication')
    return new LevitateError('AUTH_FAILED', `${name} did not accept the key of this entry`, {
      cause,
    });
  const reason = cause === undefined ? 'the connection was closed' : reasonOf(cause);
  return new LevitateError('HOST_UNREACHABLE', `cannot connect to ${name}: ${reason}`, { cause });
}
