import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Ask } from '../operations/status.js';
import { err, out } from './output.js';

/**
 * Asks on the terminal what ssh and sudo want to know, and remembers each answer for as long as it is taken. A secret is not
 * shown while it is typed. Ctrl-C interrupts the command, as it does elsewhere.
 */
export function remembering(): Ask {
  const answers = new Map<string, string>();
  return async (question, { again, signal }) => {
    const known = again ? undefined : answers.get(question);
    if (known !== undefined) return known;
    if (signal.aborted) return undefined;
    const answer = await askOnTerminal(question, signal);
    if (answer !== undefined) answers.set(question, answer);
    return answer;
  };
}

/**
 * Reads one line of the terminal, which shows what is typed.
 * @returns the line; nothing where the input ends, or `signal` takes the question back
 */
export const lineOfTerminal = (
  question: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> =>
  out.without(async () => {
    put(question);
    const terminal = createInterface({
      input: process.stdin,
      terminal: false,
      ...(signal ? { signal } : {}),
    });
    const answer = await new Promise<string | undefined>((resolve) => {
      terminal.once('line', resolve).once('close', () => resolve(undefined));
    });
    terminal.close();
    if (answer === undefined) err.line('');
    return answer;
  });

/** Puts a question, of one line or more: what is typed stands behind it. */
function put(question: string): void {
  const lines = question.trimEnd().split('\n');
  if (lines.length > 1) err.text(lines.slice(0, -1).join('\n'));
  err.prompt(`${lines.at(-1) ?? ''} `);
}

/** Whether ssh asks for a decision, which is no secret: whether a host key is right (`confirm` in sshconnect.c). */
const isDecision = (question: string): boolean => /\(yes\/no|type 'yes'/.test(question);

const askOnTerminal = (question: string, signal: AbortSignal): Promise<string | undefined> =>
  isDecision(question)
    ? lineOfTerminal(question, signal)
    : out.without(() => secretOfTerminal(question, signal));

async function secretOfTerminal(
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: true,
    signal,
  });
  let isEnded = false;
  terminal.on('SIGINT', () => {
    isEnded = true;
    err.line('');
    // Whoever asks goes on when the command knows that it is interrupted, and then asks nothing more.
    process.once('SIGINT', () => terminal.close());
    process.kill(process.pid, 'SIGINT');
  });
  // The terminal echoes nothing by now.
  put(question);
  const answer = await new Promise<string | undefined>((resolve) => {
    terminal.once('line', resolve).once('close', () => resolve(undefined));
  });
  terminal.close();
  // Nor does it show the key that ends the line.
  if (!isEnded) err.line('');
  return answer;
}
