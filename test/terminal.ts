/** Commands on a terminal of their own (script(1)), typed at as a person would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** In place of something that is typed: the terminal is closed, as a window is. */
export const hangUp = Symbol('hang up');

/** What is typed, when what was printed since the last key has `when`. */
export interface Key {
  when: RegExp;
  type: string | typeof hangUp;
}

/** What is typed next, as what was printed since the last key wants it; nothing, as long as it wants nothing. */
export type Typist = (since: string) => Key['type'] | undefined;

/** Types the keys, one after the other. */
function inOrder(keys: Key[]): Typist {
  const left = [...keys];
  return (since) => (left[0]?.when.test(since) ? left.shift()?.type : undefined);
}

/**
 * Types on a terminal that a command runs on.
 * @param boundMs after which the command is ended
 * @returns all that was printed
 */
export async function onTerminal(
  command: string,
  keys: Key[] | Typist,
  { cwd = process.cwd(), boundMs = 120_000, env = {} as Record<string, string> } = {},
): Promise<string> {
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    // As on a person's machine, where npm has not set anything yet.
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD)/i.test(name)),
      ),
      ...env,
    },
  });
  const typist = typeof keys === 'function' ? keys : inOrder(keys);
  let printed = '';
  let from = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString();
    const next = typist(printed.slice(from));
    if (next === undefined) return;
    from = printed.length;
    if (next === hangUp) child.kill('SIGKILL');
    else child.stdin.write(next);
  });
  const bound = setTimeout(() => child.kill('SIGKILL'), boundMs);
  await once(child, 'close');
  clearTimeout(bound);
  return printed;
}

/** What is left on the screen of all that was printed: lines, of which what was overwritten or erased is gone. */
export function screenOf(printed: string): string {
  const rows = [''];
  let row = 0;
  let column = 0;
  const obey = (count: string, order: string) => {
    if (order === 'A') row = Math.max(0, row - Number(count || '1'));
    if (order === 'G') column = Number(count || '1') - 1;
    if (order === 'K') rows[row] = rows[row]?.slice(0, column) ?? '';
  };
  for (const [, count = '', order, text] of printed.matchAll(
    /\x1b\[\??([\d;]*)([A-Za-z])|([^])/g,
  )) {
    if (order !== undefined) obey(count, order);
    else if (text === '\r') column = 0;
    else if (text === '\n') {
      row += 1;
      column = 0;
      rows[row] ??= '';
    } else {
      const line = (rows[row] ?? '').padEnd(column);
      rows[row] = `${line.slice(0, column)}${text}${line.slice(column + 1)}`;
      column += 1;
    }
  }
  // Rows below the cursor that were erased are none.
  while (rows.length > row + 1 && rows.at(-1)?.trim() === '') rows.pop();
  return rows.map((line) => line.trimEnd()).join('\n');
}
