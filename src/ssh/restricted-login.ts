import { LevitateError } from '../errors.js';
import { sshCommand } from '../shared/ssh-host.js';

/** What a login printed in place of what the command that it was given would print. */
export interface LoginAnswer {
  stdout: string;
  stderr: string;
  /** Its exit status; null where it was killed, or ended with success. */
  code: number | null;
}

/** What people and programs say that keep a login from commands, and what helps. */
const reasons: { pattern: RegExp; hint: (host: string, found: RegExpExecArray) => string }[] = [
  {
    pattern: /log ?in as (?:the )?user ["'`]?([a-z_][\w.-]*)/i,
    hint: (host, [, user]) =>
      `Log in as that user, to whom sudo or doas gives root: HOST is then ${user}@${host.replace(/^.*@/, '')}.`,
  },
  {
    pattern: /sftp/i,
    hint: () =>
      'The SSH server lets this user transfer files alone: sshd_config has ForceCommand internal-sftp for it. Log in as another user.',
  },
  {
    pattern: /No such file or directory|not found|safely_chroot|chroot/,
    hint: () =>
      'Where the login leads there is no `sh`: ChrootDirectory in sshd_config, or a PATH without it. Log in as another user.',
  },
  {
    pattern: /open refused|open failed|administratively prohibited/,
    hint: () => 'sshd_config on the device has to allow sessions (MaxSessions).',
  },
  {
    pattern: /not available|nologin|^$/i,
    hint: () =>
      "The user's shell runs nothing (nologin, false), or sshd_config forces another command (ForceCommand). Log in as another user, or give this one a shell: usermod -s /bin/sh USER.",
  },
];

/** A login that is refused says so at once; what comes later may be an echo of what it was sent. */
const firstLines = 5;

const forced =
  'Something else runs in place of the command: ForceCommand in sshd_config, command= in authorized_keys, or a shell that takes no commands. Log in as another user, or by another key.';

/**
 * The failure of a login that does not run the commands that it is given, in its own words.
 * @param host as the person names it
 * @param program the command that was not run
 */
export function restrictedLogin(
  host: string,
  program: string,
  { stdout, stderr, code }: LoginAnswer,
): LevitateError {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Authenticated to '))
    .slice(0, firstLines);
  const telling = (lines.length === 0 ? [''] : lines).flatMap((line) =>
    reasons.flatMap(({ pattern, hint }) => {
      const match = pattern.exec(line);
      return match ? [{ line, hint: hint(host, match) }] : [];
    }),
  )[0];
  const said = (telling?.line ?? lines[0] ?? '').slice(0, 200);
  const answer = said === '' ? 'it says nothing' : `it says: ${said}`;
  const status = code === null ? '' : ` (status ${code})`;
  return new LevitateError(
    'LOGIN_RESTRICTED',
    `the login on ${host} does not run \`${program}\`: ${answer}${status}`,
    {
      hint: `${telling?.hint ?? forced} \`${sshCommand(host)} sh -c true\` by hand shows the same.`,
      data: { host, stdout: stdout.slice(-2000), stderr: stderr.slice(-2000) },
    },
  );
}
