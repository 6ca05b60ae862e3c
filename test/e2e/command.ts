import { execa } from 'execa';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ended, Line } from './lines.js';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A command that is running. */
export interface Command {
  lines: Line[];
  /** Waits until a line is as described; fails if the command ends before. */
  until(matches: (line: Line) => boolean): Promise<Line>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/**
 * Starts `levitate WORDS --json` with a state folder.
 * @param environment variables beside those of this process
 * @param enter what runs it, such as in a network of its own
 */
export function startCommand(
  words: string[],
  state: string,
  environment: Record<string, string> = {},
  enter: readonly string[] = [],
): Command {
  const [file = '', ...before] = [...enter, 'node', program];
  const child = execa(file, [...before, ...words, '--json'], {
    env: { ...environment, XDG_STATE_HOME: state },
    stdin: 'ignore',
    reject: false,
  });
  const lines: Line[] = [];
  const read = (async () => {
    for await (const line of child) {
      if (line.startsWith('{')) lines.push(JSON.parse(line) as Line);
    }
  })().catch(() => undefined);
  let over = false;
  const ended = (async (): Promise<Ended> => {
    const result = await child;
    await read;
    over = true;
    const last = lines.at(-1) ?? { type: 'nothing', message: result.stderr };
    return { exit: result.exitCode, lines, last };
  })();
  const until = async (matches: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(matches);
      if (found) return found;
      if (over)
        throw new Error(`levitate ${words.join(' ')} ended: ${JSON.stringify(lines.at(-1))}`);
      await sleep(20);
    }
  };
  return { lines, until, ended, signal: (name) => void child.kill(name) };
}
