import { randomBytes } from 'node:crypto';
import { quote } from '../shared/shell-quote.js';
import type { ExecResult, Input } from '../ssh/transport.js';
import type { Held } from './connect.js';

/** A way to run commands as root, for a login that is not root. */
export type RootWay =
  | { program: 'sudo' | 'doas' }
  | {
      program: 'sudo';
      /** What sudo asks for. It goes over standard input, where no list of processes shows it. */
      password: string;
    };

/** Reads the password from the first line of its standard input, also where it was typed a moment ago. */
const sudoAsking = "sudo -k -S -p ''";

/** Lets sudo try a password; status 0 says that it is right, and standard error why it is not. */
export const trySudo = (running: Held, password: string): Promise<ExecResult> =>
  running.exec(`${sudoAsking} true`, { stdin: `${password}\n`, timeoutMs: 60_000 });

/** What of the login's environment tells whose login it is; sudo and doas take it away. */
const kept = ['HOME', 'USER', 'SSH_CONNECTION'];

/** The same connection, whose commands run as root. */
export const asRoot = (running: Held, way: RootWay): Held => ({
  ...running,
  exec: (command, options = {}) => {
    const { stdin } = options;
    if (!('password' in way)) return running.exec(wrapped(`${way.program} -n`, command), options);
    // sudo takes the first line; where it wants no password after all, whoever runs reads on to the mark.
    const mark = randomBytes(12).toString('hex');
    const skipped = `while read -r _line; do [ "$_line" != ${mark} ] || break; done; ${command}`;
    return running.exec(wrapped(sudoAsking, skipped), {
      ...options,
      stdin: following(`${way.password}\n${mark}\n`, stdin),
    });
  },
});

/** The command for the login's shell, whatever shell that is. */
const wrapped = (program: string, command: string): string => {
  const settings = kept.map((name, index) => `${name}=$${index + 1}`).join(' ');
  const inner = `${settings}; export ${kept.join(' ')}; set --; ${command}`;
  return `${program} sh -c ${quote(inner)} sh ${kept.map((name) => `"$${name}"`).join(' ')}`;
};

async function* following(first: string, rest: Input | undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.from(first);
  if (typeof rest === 'string') yield Buffer.from(rest);
  else if (rest instanceof Uint8Array) yield rest;
  else if (rest !== undefined) yield* rest;
}
