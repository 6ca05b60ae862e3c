/** What shells complete, asked of the shells themselves. */
import { execa } from 'execa';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionFor } from '../../../src/cli/commands/completion.js';
import { createProgram } from '../../../src/cli/program.js';

const shells = ['bash', 'zsh', 'fish'] as const;
const program = createProgram();
const isThere = async (shell: string): Promise<boolean> =>
  (await execa(shell, ['--version'], { reject: false })).exitCode === 0;
const there = new Set<string>();
for (const shell of shells) if (await isThere(shell)) there.add(shell);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-completion-'));
  for (const shell of shells)
    await writeFile(path.join(folder, `levitate.${shell}`), await completionFor(program, shell));
  for (const name of ['ap.yaml', 'new image.img', 'notes.txt'])
    await writeFile(path.join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a shell offers behind what was typed. */
async function offered(shell: 'bash' | 'fish', typed: string): Promise<string[]> {
  const script = {
    bash: `. ./levitate.bash; COMP_LINE=$TYPED COMP_POINT=\${#TYPED}; _levitate; printf '%s\\n' "\${COMPREPLY[@]}"`,
    fish: 'source ./levitate.fish; complete -C "$TYPED"',
  }[shell];
  const { stdout } = await execa(shell, ['-c', script], {
    cwd: folder,
    env: { TYPED: typed, HOME: folder },
  });
  return stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
}

it.for(shells)('%s takes the script', async (shell, { skip }) => {
  skip(!there.has(shell), `${shell} is not installed`);
  await execa(shell, ['-n', path.join(folder, `levitate.${shell}`)]);
});

it.each(shells)('the script for %s names every command and long option', async (shell) => {
  const script = await completionFor(program, shell);
  for (const command of program.commands) {
    expect(script).toContain(command.name());
    for (const { long } of command.options)
      expect(script).toContain(shell === 'fish' ? `-l ${long!.slice(2)}` : long);
  }
});

describe.each(['bash', 'fish'] as const)('%s', (shell) => {
  it.skipIf(!there.has(shell)).each([
    ['levitate de', 'deploy'],
    ['levitate help IMAGE_COR', 'IMAGE_CORRUPT'],
    ['levitate help exit', 'exit-status'],
    ['levitate build --exp', '--explain'],
    ['levitate completion z', 'zsh'],
    ['levitate enter box ap', 'ap.yaml'],
    ['levitate flash box -F not', 'notes.txt'],
  ])('completes %s', async (typed, word) => {
    expect(await offered(shell, typed)).toContain(word);
  });
});

it.skipIf(!there.has('bash'))('bash completes only what belongs in a place', async () => {
  expect(await offered('bash', 'levitate probe box a')).toEqual(['ap.yaml']);
  expect(await offered('bash', 'levitate probe box n')).toEqual(['']);
  expect(await offered('bash', 'levitate deploy box ap.yaml disk=new')).toEqual(['new image.img']);
  expect(await offered('bash', 'levitate flash -F x box disk=raw:not')).toEqual(['notes.txt']);
  expect(await offered('bash', 'levitate flash box disk')).toEqual(['']);
  expect(await offered('bash', 'levitate leave box --drop')).toEqual(['']);
});
