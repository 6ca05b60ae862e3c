import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { shellWord } from '../shared/shell-quote.js';

/**
 * Asks the person what an ssh client wants to know: a password, a passphrase, a code, whether a host key is right.
 * @param question as ssh words it
 * @param how `again` where the last answer to this question was not taken; `signal` takes the question back, and where it
 * has done so beforehand, only an answer that is known already is given
 * @returns the answer; nothing where nobody gives one
 */
export type Ask = (
  question: string,
  how: { again: boolean; signal: AbortSignal },
) => Promise<string | undefined>;

/** What the ssh client finds in its environment, and how the questions end. */
export interface Askpass {
  env: Record<string, string>;
  /** Notes that the answers were taken: the same question is none of a wrong answer from now on. */
  taken(): void;
  /** Ends the questions that are still open, too. */
  close(): void;
}

/** Carries the question to this program, with a NUL at its end, and the answer back: `+` and the answer, or nothing. */
const messenger = `
const socket = require('net').connect(process.argv[1]);
let answer = '';
socket.write(process.argv[2] + '\\0');
socket.on('data', (bytes) => (answer += bytes));
socket.on('error', () => process.exit(1));
socket.on('end', () => {
  if (answer[0] !== '+') process.exit(1);
  process.stdout.write(answer.slice(1) + '\\n');
});`;

/**
 * Answers the questions of ssh clients in place of the terminal (SSH_ASKPASS in ssh(1)), so that an answer can be used again
 * for the next connection. What is asked and answered goes through a socket of the private folder.
 * @param folder a private folder, whose path is short enough for a socket
 */
export async function startAskpass(folder: string, ask: Ask): Promise<Askpass> {
  const asked = new Set<string>();
  const answer = async (socket: Socket) => {
    const gone = new AbortController();
    socket.on('error', () => undefined).on('close', () => gone.abort());
    const question = await lineOf(socket);
    const again = asked.has(question);
    asked.add(question);
    const said = await ask(question, { again, signal: gone.signal }).catch(() => undefined);
    socket.end(said === undefined ? '' : `+${said}`);
  };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)));
    answer(socket).catch(() => socket.destroy());
  });
  const at = join(folder, 'ask');
  const program = join(folder, 'askpass');
  const words = [process.execPath, '-e', messenger, at].map(shellWord).join(' ');
  await writeFile(program, `#!/bin/sh\nexec ${words} "$1"\n`, { mode: 0o700 });
  await once(server.listen(at), 'listening');
  server.unref();
  return {
    env: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' },
    taken: () => asked.clear(),
    close: () => {
      server.close();
      // Whoever carries a question outlives an ssh client that is ended meanwhile.
      for (const socket of open) socket.destroy();
    },
  };
}

/** What comes up to the first NUL. */
const lineOf = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (more) => {
      text += String(more);
      if (text.includes('\0')) resolve(text.slice(0, text.indexOf('\0')));
    });
    socket.on('close', () => reject(new Error('no question came')));
  });
