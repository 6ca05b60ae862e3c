/** Commands on a terminal of their own (script(1)), typed at as a person would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is typed, when what was printed since the last key has `when`. */
export interface Key {
  when: RegExp;
  type: string;
}

/** What is typed next, as what was printed since the last key wants it; nothing, as long as it wants nothing. */
export type Typist = (since: string) => string | undefined;

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
  { cwd = process.cwd(), boundMs = 45_000, env = {} as Record<string, string> } = {},
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
    child.stdin.write(next);
  });
  const bound = setTimeout(() => child.kill('SIGKILL'), boundMs);
  await once(child, 'close');
  clearTimeout(bound);
  return printed;
}

/** What is left on the screen of all that was printed: lines, of which what was overwritten or erased is gone. */
export const screenOf = (printed: string): string =>
  printed
    .replaceAll('\x1b[1G', '\r')
    .replaceAll('\x1b[0K', '\x1b[K')
    .replace(/\x1b\[[?\d;]*[A-JL-Za-z]/g, '')
    .split('\n')
    .map((line) => line.split('\r').reduce(overwritten, '').trimEnd())
    .join('\n');

/** A line that another one is written over, from its beginning. */
function overwritten(line: string, over: string): string {
  const [written = '', ...erased] = over.split('\x1b[K');
  return erased.length > 0 ? written + erased.join('') : written + line.slice(written.length);
}
