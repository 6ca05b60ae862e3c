import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { LevitateError } from '../errors.js';
import { err } from './output.js';

/**
 * Asks on the terminal for a password, which is not shown.
 * @throws LevitateError INTERRUPTED for Ctrl-C, and where the terminal ends
 */
export async function askPassword(question: string): Promise<string> {
  err.live(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  terminal.on('SIGINT', () => terminal.close());
  const stop = new AbortController();
  try {
    return await Promise.race([
      once(terminal, 'line', { signal: stop.signal }).then(([line]) => String(line)),
      once(terminal, 'close', { signal: stop.signal }).then(() => {
        throw new LevitateError('INTERRUPTED', 'interrupted; nothing on the device has changed');
      }),
    ]);
  } finally {
    stop.abort();
    terminal.close();
    err.line('');
  }
}
