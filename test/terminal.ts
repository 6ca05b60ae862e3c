/** Commands on a terminal of their own (script(1)), typed at as a person would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is typed, when what was printed since the last key has `when`. */
export interface Key {
  when: RegExp;
  type: string;
}

/**
 * Types on a terminal that a command runs on.
 * @param boundMs after which the command is ended
 * @returns all that was printed
 */
export async function onTerminal(
  command: string,
  keys: Key[],
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
  const left = [...keys];
  let printed = '';
  let from = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString();
    const [next] = left;
    if (!next?.when.test(printed.slice(from))) return;
    left.shift();
    from = printed.length;
    child.stdin.write(next.type);
  });
  const bound = setTimeout(() => child.kill('SIGKILL'), boundMs);
  await once(child, 'close');
  clearTimeout(bound);
  return printed;
}
