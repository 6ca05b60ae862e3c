import { inShell, quote } from '../shared/shell-quote.js';
import type { ExecOptions, ExecResult, Transport } from '../ssh/transport.js';
import { holdPipes } from './held-pipes.js';
import { typeOn } from './typing.js';

/** A command that asks on a terminal before it runs another one. */
export interface Asker {
  /** Unlike anything else that is printed; a word of letters and digits. */
  mark: string;
  /** The command for the login's shell that asks, and then runs the given one as root. */
  by: (command: string) => string;
  /** What is typed when the question has come; nothing is where it is absent. */
  password?: string;
}

/**
 * Runs a command as root by a program that insists on a terminal, or asks on one, where nothing on the device makes one: on
 * a terminal of the SSH connection (RFC 4254, 6.2). What the command reads and prints goes past that, because a terminal
 * changes what passes through it: a second command of the same connection holds pipes, which root then opens.
 * @returns as `exec` does; where the command did not begin, what the terminal said as standard error
 * @throws as `exec` does
 */
export async function onSshTerminal(
  running: Transport,
  { mark, by, password }: Asker,
  command: string,
  options: ExecOptions = {},
): Promise<ExecResult> {
  const stop = new AbortController();
  const signals = [stop.signal, options.signal].filter((one) => one !== undefined);
  const signal = AbortSignal.any(signals);
  const pipes = holdPipes(running, mark, { ...options, signal });
  pipes.ended.catch((error: unknown) => stop.abort(error));
  try {
    const holder = await pipes.holder;
    const typing = typeOn(mark, password);
    const { code } = await running.exec(beginning(mark, by(taking(mark, holder, command))), {
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...{ signal, terminal: true, stdin: typing.input, onBytes: typing.take },
    });
    if (!typing.begun()) return { stdout: '', stderr: typing.said(), code: code === 0 ? 1 : code };
    pipes.finish();
    return { ...(await pipes.ended), code };
  } finally {
    stop.abort(new Error('over'));
  }
}

/** What runs on the terminal prints nothing that is typed, from its beginning on. */
const beginning = (mark: string, command: string): string =>
  inShell(
    `[ -t 0 ] || { echo ${mark} none; exit 1; }; stty sane -echo 2>/dev/null; echo ${mark} asks; ${command}`,
  );

/** What root runs: it has the pipes as its streams, and says so on the terminal. */
const taking = (mark: string, holder: string, command: string): string => {
  const streams = ['0<', '1>', '2>'].map((to) => `${to}/proc/${holder}/fd/${to[0]}`).join(' ');
  return `exec ${streams} && kill ${holder} && echo ${mark} runs >/dev/tty && eval ${quote(command)}`;
};
