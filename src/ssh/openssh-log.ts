import { LevitateError, type ErrorCode } from '../errors.js';
import { sshCommand } from '../shared/ssh-host.js';
import { withoutStop } from '../shared/without-stop.js';
import { restrictedLogin } from './restricted-login.js';
import {
  adviceOnLogin,
  noKeys,
  readOfferedKeys,
  takesTyping,
  type OfferedKeys,
} from './refused-login.js';
import { lineThatAllows, offerIn } from './algorithms.js';

/** What the ssh client wrote into its own log while it ran one command. */
export interface SshLog {
  /** The remote exit status, null where the command was killed; undefined where the log names none. */
  status: number | null | undefined;
  /** The client's messages for people, without its debug lines. */
  messages: string;
  /** The process that keeps the shared connection, where the far end had taken the command over it. */
  begunBy: number | undefined;
  /** The numeric address that a TCP connection of this client's own was made to, with its zone if it has one. */
  address: string | undefined;
  /** Whether the login was by what a person types, such as a password. */
  byTyping: boolean;
  /** What became of the keys that the client had. */
  keys: OfferedKeys;
}

/** What the client says of itself, told to be verbose. */
const ofItself = /^debug\d: |^OpenSSH_|^Transferred: |^Bytes per second: /;

/**
 * Reads the log of `ssh -E`. From DEBUG1 on the client names each address that it tries (`sshconnect.c`: "Connecting to
 * NAME [ADDRESS] port N"), from DEBUG2 on the status that it received, which tells a remote 255 from ssh's own (`mux.c`:
 * "Received exit status from master"; `clientloop.c`: "Exit status"), and at DEBUG3 whose connection it shares.
 */
export function readSshLog(text: string): SshLog {
  const found = /^debug\d: (?:Received exit status from master|Exit status) (-?\d+)/m.exec(
    text,
  )?.[1];
  const status = found === undefined ? undefined : Number(found) < 0 ? null : Number(found);
  const [tried] = text.split(/^debug1: Connection established/m, 1);
  const connected = tried !== text;
  const address = [...(tried ?? '').matchAll(/^debug1: Connecting to .* \[([^\]]+)\] port /gm)].at(
    -1,
  )?.[1];
  const messages = text
    .split(/\r?\n/)
    .map((line) => line.replace(/^debug\d: (?=.*no mutual signature)/, ''))
    .filter((line) => line.trim() !== '' && !ofItself.test(line))
    .join('\n');
  const master =
    /^debug\d: mux_client_request_alive: done pid = (\d+)[^]*^debug\d: .*master session id/m.exec(
      text,
    )?.[1];
  return {
    status,
    messages,
    begunBy: master === undefined ? undefined : Number(master),
    address: connected ? address : undefined,
    byTyping: /^Authenticated to .* using "(?:password|keyboard-interactive)"/m.test(text),
    keys: readOfferedKeys(text),
  };
}

/** What proxies said for people while a connection was made, line by line. */
export const proxyMessages = (text: string): string =>
  readSshLog(text)
    .messages.split('\n')
    // The ssh of a jump host is let in there, which says nothing of the device.
    .filter((line) => line !== '' && !line.startsWith('Authenticated to '))
    .map((line) => `${line}\n`)
    .join('');

/**
 * The failure to connect that the ssh client's messages tell of.
 * Its data says `unresolved` where the name of the host has no address now, and `unasked` where the login takes a password
 * and nobody could be asked for it.
 * @param keys what became of the keys that the client had, where that was asked for
 * @param known the algorithms that this client has of the kind that is missing, where they were asked for
 * @param canAsk whether somebody could be asked for a password
 */
export function sshFailure(
  host: string,
  messages: string,
  keys: OfferedKeys = noKeys,
  known?: ReadonlySet<string>,
  canAsk = true,
): LevitateError {
  const failure = failures.find(({ pattern }) => pattern.test(messages)) ?? unreachable;
  if (failure === unreachable && noSession.test(messages))
    return restrictedLogin(host, 'true', { stdout: '', stderr: messages, code: null });
  const { code, pattern, sentence } = failure;
  const offer = offerIn(messages);
  const hint = offer && failure.old ? () => lineThatAllows(host, offer, known) : failure.hint;
  // The frame of OpenSSH's warning is no sentence.
  const lines = messages.split('\n').filter((line) => line !== '' && !line.startsWith('@'));
  const telling = lines.filter((line) => pattern.test(line));
  // A mistyped password is asked for again; what comes then says which ways there are.
  const words = telling.find((line) => !line.includes('please try again')) ?? telling[0];
  const said = withoutStop(words ?? lines.at(-1) ?? '');
  const unasked = code === 'AUTH_FAILED' && !canAsk && takesTyping(messages, keys);
  const what = `${sentence(host)}${unasked ? ' without a password, and nobody can be asked for it here' : ''}`;
  return new LevitateError(code, `${what}${said === '' ? '' : `: ${said}`}`, {
    ...(hint === undefined ? {} : { hint: hint(host, messages, keys, canAsk) }),
    data: {
      host,
      messages,
      ...(offer && failure.old ? { offer } : {}),
      ...(messages.includes('Could not resolve') ? { unresolved: true } : {}),
      ...(unasked ? { unasked } : {}),
    },
  });
}

interface Failure {
  code: ErrorCode;
  pattern: RegExp;
  sentence: (host: string) => string;
  hint?: (host: string, messages: string, keys: OfferedKeys, canAsk: boolean) => string;
  /** Whether algorithms that the client has given up may be why. */
  old?: boolean;
}

/** The person was let in, and no command was taken (`channels.c`, `mux.c`, `clientloop.c`); a lost connection says more. */
const noSession =
  /^Authenticated to (?![^]*(?:closed by|reset by|timed out|Broken pipe|not responding))/m;

const unreachable: Failure = {
  code: 'HOST_UNREACHABLE',
  pattern: /^ssh: (connect|Could not)|timed out|refused|closed by|reset by|No route/,
  sentence: (host) => `cannot connect to ${host}`,
};

/** In this order: a changed host key is followed by the words that an unknown one has too. */
const failures: Failure[] = [
  {
    code: 'HOST_KEY_CHANGED',
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING|REVOKED HOST KEY/,
    sentence: (host) => `the host key of ${host} is not the one that is known`,
    hint: () =>
      "Compare the fingerprint with the device's own (`ssh-keygen -lf` on its host key file, over the console). " +
      'If it really has a new key, remove the old one with `ssh-keygen -R`.',
  },
  {
    code: 'HOST_KEY_UNKNOWN',
    pattern: /Host key verification failed|host key is known for/,
    sentence: (host) => `the host key of ${host} is not known`,
    hint: (host) =>
      `Run \`${sshCommand(host)}\` once by hand, and compare the fingerprint that it shows with the device's own; \`ssh-keyscan\` shows it without logging in.`,
  },
  {
    code: 'SSH_ALGORITHMS',
    pattern: /no matching .* found\. Their offer|Invalid key length|RSA key too short/i,
    sentence: (host) => `${host} offers nothing that this ssh client still allows`,
    old: true,
  },
  {
    code: 'AUTH_FAILED',
    pattern: /Permission denied \(|Permission denied, please|Too many authentication failures/,
    old: true,
    sentence: (host) => `${host} does not let us in`,
    hint: adviceOnLogin,
  },
  {
    code: 'HOST_UNREACHABLE',
    pattern: /administratively prohibited/,
    sentence: (host) => `cannot connect to ${host}`,
    hint: (host) =>
      `The jump host on the way to ${host} forbids it: its sshd_config needs AllowTcpForwarding yes, or local, and no PermitOpen against it.`,
  },
  {
    code: 'USAGE',
    pattern:
      /Bad configuration option|Can't open user config file|Bad owner or permissions|keyword .* extra arguments/,
    sentence: () => 'ssh refuses its configuration',
  },
];
