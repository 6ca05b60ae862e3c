/** What is sent to a login's shell; test/ssh/root-ways.test.ts runs it in shells of several kinds. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { inShell, outOfShell } from '../../../src/shared/shell-quote.js';

it.each([
  `printf '%s|' 'a b' "$#" '\\n\\0101' !c; echo ü % \\\\`,
  'echo "$#"',
  `for word in 1 2\ndo echo "$word"\ndone # the end`,
])(
  'a command means the same to sh, and no shell finds anything of its own in it: %s',
  (command) => {
    const sent = inShell(command);
    expect(sent).toMatch(/^sh -c '[^'\\!\n]*'( sh '([^'\\!\n]|\\0)*')?$/);
    const run = (words: string[]) => execFileSync('sh', words, { encoding: 'utf8' });
    expect(run(['-c', sent])).toBe(run(['-c', command]));
    expect(outOfShell(sent)).toContain(command);
  },
);
