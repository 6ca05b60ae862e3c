import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, ConnectConfig } from 'ssh2';
import { LevitateError, reasonOf } from '../errors.js';
import { alive, connectSeconds } from './options.js';
import { parseHostKey, type HostKey } from './host-keys.js';
import { connectFailure, connectionLost } from './ssh2-errors.js';
import { execOverSsh2 } from './ssh2-exec.js';
import type { Transport } from './transport.js';

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
  // Most commands end before they talk to a maintenance system, and loading the package takes a third of their start.
  const { default: ssh2 } = await import('ssh2');
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
    exec: (command, execOptions = {}) =>
      execOverSsh2(client, name, command, execOptions, lost.signal),
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
