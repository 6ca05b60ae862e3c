import { randomBytes } from 'node:crypto';
import { readScript } from './scripts.js';
import { restrictedLogin } from '../ssh/restricted-login.js';
import { assignments } from '../shared/shell-quote.js';
import type { ExecOptions, Transport } from '../ssh/transport.js';

/** What a script said, without anything that the login around it has printed. */
export interface ScriptResult {
  /** Standard output from the script's first byte to its last; empty where it did not begin. */
  stdout: Buffer;
  stderr: string;
  /** The script's own status; null where it did not end by itself. Only 0 is success. */
  code: number | null;
  /** What stands around the lines that count; see `markedFacts`. */
  mark: string;
  /** The end of all that came, for messages. */
  received: string;
}

const preamble = ['takeover/report.sh', 'remote/login.sh'];

/**
 * Runs a script under the `sh` of a running system, whatever its login prints before, beside or after it. PATH has the
 * folders of system programs, and standard input is empty.
 * @throws LevitateError LOGIN_RESTRICTED where the login runs something else; what `exec` throws
 */
export async function runScript(
  transport: Transport,
  script: string,
  options: Omit<ExecOptions, 'stdin' | 'onLine' | 'onBytes'> = {},
): Promise<ScriptResult> {
  const mark = randomBytes(12).toString('hex');
  const functions = (await Promise.all(preamble.map(readScript))).join('\n');
  const pieces: Uint8Array[] = [];
  const { stderr, code } = await transport.exec('sh -s', {
    ...options,
    stdin: scriptText(functions, mark, script),
    onBytes: (bytes) => pieces.push(bytes),
  });
  const all = Buffer.concat(pieces);
  const began = all.includes(`@${mark} begin@`);
  // A login that was killed was on its way, as far as anybody knows.
  if (!began && code !== null)
    throw restrictedLogin(transport.name.replace(/^ssh /, ''), 'sh -s', {
      ...{ stdout: all.toString(), stderr, code: code === 0 ? null : code },
    });
  return { stderr, mark, ...betweenMarks(all, mark, code) };
}

/**
 * The text for `sh -s`. It is one command, so that a cut on the way runs nothing of it; and what it runs cannot read the
 * rest of it.
 */
const scriptText = (functions: string, mark: string, script: string): string =>
  [
    '{',
    ...assignments({ LEVITATE_MARK: mark }),
    functions,
    'begin',
    // Not every root has a /dev/null.
    ': | (',
    script,
    ')',
    'finish $?',
    '}',
    '',
  ].join('\n');

function betweenMarks(
  all: Buffer,
  mark: string,
  code: number | null,
): Pick<ScriptResult, 'stdout' | 'code' | 'received'> {
  const received = all.subarray(-2000).toString();
  const at = all.indexOf(`@${mark} begin@`);
  const newline = at === -1 ? -1 : all.indexOf('\n', at);
  // A login that did not run it may call that success.
  if (newline === -1) return { stdout: Buffer.alloc(0), code: code === 0 ? null : code, received };
  const stdout = all.subarray(newline + 1);
  const end = stdout.lastIndexOf(`@${mark} end `);
  if (end === -1) return { stdout, code: code === 0 ? null : code, received };
  const [, status] = /^@\S+ end (\d+)@/.exec(stdout.toString('latin1', end, end + 64)) ?? [];
  return {
    stdout: stdout.subarray(0, end),
    code: status === undefined ? null : Number(status),
    received,
  };
}
