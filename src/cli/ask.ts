import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Ask } from '../operations/status.js';
import { err, out } from './output.js';

/**
 * Asks on the terminal what ssh and sudo want to know, and remembers each answer for as long as it is taken. What is typed is
 * not shown. Ctrl-C interrupts the command, as it does elsewhere.
 */
export function remembering(ask = askOnTerminal): Ask {
  const answers = new Map<string, string>();
  return async (question, { again, signal }) => {
    const known = again ? undefined : answers.get(question);
    if (known !== undefined) return known;
    const answer = await ask(question, signal);
    if (answer !== undefined) answers.set(question, answer);
    return answer;
  };
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  terminal.on('SIGINT', () => {
    terminal.close();
    process.kill(process.pid, 'SIGINT');
  });
  const end = () => terminal.close();
  signal.addEventListener('abort', end);
  const stop = new AbortController();
  // The terminal echoes nothing by now. The line stays, whatever is drawn below it meanwhile.
  out.clear();
  err.text(question);
  try {
    return await Promise.race([
      once(terminal, 'line', { signal: stop.signal }).then(([line]) => String(line)),
      once(terminal, 'close', { signal: stop.signal }).then(() => undefined),
    ]);
  } finally {
    signal.removeEventListener('abort', end);
    stop.abort();
    terminal.close();
  }
}
