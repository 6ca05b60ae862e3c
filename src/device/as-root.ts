import { randomBytes } from 'node:crypto';
import { inShell, quote } from '../shared/shell-quote.js';
import type { ExecResult, Input, Transport } from '../ssh/transport.js';
import type { Held } from './connect.js';
import { onSshTerminal, type Asker } from './ssh-terminal.js';

/** A program that asks for a password: sudo and doas for the login's own, su for root's. */
export type Asking = 'sudo' | 'doas' | 'su';

/** A program that insists on a terminal (a sudo with requiretty), or asks on it (doas). */
export interface OnTerminal {
  program: 'sudo' | 'doas';
  terminal: true;
}

/** A program that may give root for a password, which it reads from standard input where it wants no terminal. */
export type PasswordAsker = OnTerminal | { program: 'sudo' | 'su'; terminal?: undefined };

/**
 * A way to run commands as root, for a login that is not root. A password goes over standard input or is typed; no list of
 * processes shows it. Without one, the program asks for none.
 */
export type RootWay =
  | (PasswordAsker & { password: string })
  | OnTerminal
  | { program: 'sudo' | 'doas'; terminal?: undefined };

/** Lets a program try a password; status 0 says that it is right, and standard error why it is not. */
export async function tryPassword(
  running: Held,
  candidate: PasswordAsker,
  password: string,
): Promise<ExecResult> {
  if (candidate.terminal) return tryOnTerminal(running, { ...candidate, password });
  const mark = newMark();
  const command = asking[candidate.program](marking(mark, 'true'));
  // sudo says in words alone why it refuses, which `notPermitted` reads.
  const { stderr, ...result } = await running.exec(inShell(`env LC_ALL=C ${command}`), {
    stdin: `${password}\n`,
    timeoutMs: 60_000,
  });
  return { ...result, stderr: behind(mark, stderr).replace(/^Password: ?/, '') };
}

/** The same on a terminal of the SSH connection; without a password, it tells whether none is wanted. */
export function tryOnTerminal(
  running: Transport,
  way: OnTerminal & { password?: string },
): Promise<ExecResult> {
  const asker = askerFor(way);
  const inEnglish = { ...asker, by: (command: string) => `env LC_ALL=C ${asker.by(command)}` };
  return onSshTerminal(running, inEnglish, 'true', { timeoutMs: 120_000 });
}

/**
 * Why sudoers does not let the user run commands, where sudo took the password and says so: another password would change
 * nothing. The messages are those of `log_reject` in sudo's plugins/sudoers/logging.c, and that of sudo-rs. Pure.
 */
export function notPermitted(said: string): string | undefined {
  const line = said
    .split('\n')
    .find((one) =>
      /is not in the sudoers file|is not allowed to |may not run sudo|afraid I can.t do that/.test(
        one,
      ),
    );
  return line?.replace(/execute '.*' as /, 'execute `sh` as ');
}

/** What of the login's environment tells whose login it is; sudo, doas and su take it away. */
const kept = ['HOME', 'USER', 'SSH_CONNECTION'];

/** The same connection, whose commands run as root. */
export const asRoot = (running: Held, way: RootWay): Held => ({
  ...running,
  exec: async (command, options = {}) => {
    const { stdin } = options;
    if (way.terminal) return onSshTerminal(running, askerFor(way), command, options);
    if (!('password' in way))
      return running.exec(inShell(by(`${way.program} -n`, command)), options);
    // The first line is taken; where no password is wanted after all, whoever runs reads on to the mark.
    const mark = newMark();
    const skipped = `while read -r _line; do [ "$_line" != ${mark} ] || break; done; ${command}`;
    const asked = asking[way.program](marking(mark, skipped));
    const result = await running.exec(inShell(asked), {
      ...options,
      stdin: following(`${way.password}\n${mark}\n`, stdin),
    });
    return { ...result, stderr: behind(mark, result.stderr) };
  },
});

const newMark = (): string => randomBytes(12).toString('hex');

/** A command that says on standard error when it begins: what stands before is a prompt, which nobody reads. */
const marking = (mark: string, command: string): string => `echo ${mark} >&2; ${command}`;

const behind = (mark: string, text: string): string => text.split(`${mark}\n`, 2).at(-1) ?? '';

/** The command for a POSIX shell. */
const by = (program: string, command: string): string => {
  const settings = kept.map((name, index) => `${name}=$${index + 1}`).join(' ');
  const inner = `${settings}; export ${kept.join(' ')}; set --; ${command}`;
  return `${program} sh -c ${quote(inner)} sh ${kept.map((name) => `"$${name}"`).join(' ')}`;
};

/** As `by`; su takes one text for the shell of root, and lets variables of other names pass. */
const bySu = (command: string): string => {
  const passed = kept.map((name) => `LEVITATE_LOGIN_${name}="$${name}"`).join(' ');
  const settings = kept.map((name) => `${name}=$LEVITATE_LOGIN_${name}`).join(' ');
  const unset = `unset ${kept.map((name) => `LEVITATE_LOGIN_${name}`).join(' ')}`;
  const inner = `${settings}; export ${kept.join(' ')}; ${unset}; ${command}`;
  return `env ${passed} su root -c ${quote(inShell(inner))}`;
};

const asking: Record<'sudo' | 'su', (command: string) => string> = {
  // It reads the password also where it was typed a moment ago.
  sudo: (command) => by("sudo -k -S -p ''", command),
  su: bySu,
};

/** How a program asks on a terminal; without a password, it must not. */
const askerFor = ({ program, password }: OnTerminal & { password?: string }): Asker => {
  const asked = { sudo: "sudo -k -p 'Password: '", doas: 'doas' }[program];
  return {
    mark: newMark(),
    by: (command) => by(password === undefined ? `${program} -n` : asked, command),
    ...(password === undefined ? {} : { password }),
  };
};

async function* following(first: string, rest: Input | undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.from(first);
  if (typeof rest === 'string') yield Buffer.from(rest);
  else if (rest instanceof Uint8Array) yield rest;
  else if (rest !== undefined) yield* rest;
}
