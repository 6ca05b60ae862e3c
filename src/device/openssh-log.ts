import { LevitateError } from '../errors.js';

/** What the ssh client wrote into its own log while it ran one command. */
export interface SshLog {
  /** The remote exit status, null where the command was killed; undefined where the log names none. */
  status: number | null | undefined;
  /** The client's messages for people, without its debug lines. */
  messages: string;
}

/**
 * Reads the log of `ssh -E`. At level DEBUG2 the client names the status that it received, which tells a remote 255
 * from ssh's own (OpenSSH `mux.c`: "Received exit status from master"; `clientloop.c`: "Exit status").
 */
export function readSshLog(text: string): SshLog {
  const found = /^debug\d: (?:Received exit status from master|Exit status) (-?\d+)/m.exec(
    text,
  )?.[1];
  const status = found === undefined ? undefined : Number(found) < 0 ? null : Number(found);
  const messages = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^debug\d: /.test(line))
    .join('\n');
  return { status, messages };
}

/** The failure to connect that the ssh client's messages tell of. */
export function sshFailure(host: string, messages: string): LevitateError {
  const failure = failures.find(({ pattern }) => pattern.test(messages)) ?? unreachable;
  const { code, pattern, sentence, hint } = failure;
  // The frame of OpenSSH's warning is no sentence.
  const lines = messages.split('\n').filter((line) => line !== '' && !line.startsWith('@'));
  const telling = lines.find((line) => pattern.test(line)) ?? lines.at(-1);
  return new LevitateError(
    code,
    `${sentence(host)}${telling === undefined ? '' : `: ${telling}`}`,
    {
      ...(hint === undefined ? {} : { hint: hint(host) }),
      data: { host, messages },
    },
  );
}

interface Failure {
  code: 'HOST_KEY_CHANGED' | 'AUTH_FAILED' | 'HOST_UNREACHABLE' | 'USAGE';
  pattern: RegExp;
  sentence: (host: string) => string;
  hint?: (host: string) => string;
}

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
    code: 'HOST_KEY_CHANGED',
    pattern: /Host key verification failed|host key is known for/,
    sentence: (host) => `the host key of ${host} is not known`,
    hint: (host) =>
      `Run \`ssh ${host}\` once by hand, and compare the fingerprint that it shows with the device's own.`,
  },
  {
    code: 'AUTH_FAILED',
    pattern: /Permission denied \(|Permission denied, please|Too many authentication failures/,
    sentence: (host) => `${host} does not let us in`,
    hint: (host) =>
      `Try \`ssh ${host}\` by hand: a key for it must be in the agent or in the ssh configuration.`,
  },
  {
    code: 'USAGE',
    pattern:
      /Bad configuration option|Can't open user config file|Bad owner or permissions|keyword .* extra arguments/,
    sentence: () => 'ssh refuses its configuration',
  },
];
