/** What shells complete, asked of the shells themselves. */
import { execa } from 'execa';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionFor } from '../../../src/cli/commands/completion.js';
import { createProgram } from '../../../src/cli/program.js';
import { onTerminal } from '../../terminal.js';

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
  // What the scripts ask levitate: it gives names, and what it was asked with.
  await mkdir(path.join(folder, 'bin'));
  const levitate = `#!/bin/sh
[ "$1" = __complete ] || exit 1
echo "$*" >asked
case $2 in
hosts) printf '%s\\n' box.example pi.local ;;
targets) printf '%s\\n' disk data ;;
esac
`;
  await writeFile(path.join(folder, 'bin/levitate'), levitate, { mode: 0o755 });
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
    env: { TYPED: typed, HOME: folder, PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` },
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
    ['levitate deploy box new', 'new image.img'],
    ['levitate enter b', 'box.example'],
    ['levitate deploy box ap.yaml d', 'disk='],
  ])('completes %s', async (typed, word) => {
    expect(await offered(shell, typed)).toContain(word);
  });
});

it.skipIf(!there.has('bash'))('bash completes only what belongs in a place', async () => {
  expect(await offered('bash', 'levitate probe box a')).toEqual(['ap.yaml']);
  expect(await offered('bash', 'levitate probe box n')).toEqual(['']);
  expect(await offered('bash', 'levitate deploy box ap.yaml disk=new')).toEqual(['new image.img']);
  expect(await offered('bash', 'levitate flash -F x box disk=raw:not')).toEqual(['notes.txt']);
  expect(await offered('bash', 'levitate deploy box ap.yaml disk=a data')).toEqual(['data=']);
  expect(await readFile(path.join(folder, 'asked'), 'utf8')).toBe(
    '__complete targets levitate deploy box ap.yaml disk=a data\n',
  );
  // In bash, @ begins a word.
  expect(await offered('bash', 'levitate probe root@pi')).toEqual(['pi.local']);
  expect(await offered('bash', 'levitate probe box.exa')).toEqual(['box.example']);
  expect(await offered('bash', 'levitate leave box --drop')).toEqual(['']);
});

it.skipIf(!there.has('fish'))('fish completes only what belongs in a place', async () => {
  expect(await offered('fish', 'levitate enter box ')).not.toContain('box.example');
  expect(await offered('fish', 'levitate enter -F x ')).toContain('box.example');
  expect(await offered('fish', 'levitate enter ')).not.toContain('ap.yaml');
  expect(await offered('fish', 'levitate deploy box ap.yaml disk=a da')).toEqual(['data=']);
});

it.skipIf(!there.has('fish'))(
  'fish completes hosts behind a user, and gives the line along',
  async () => {
    expect(await offered('fish', 'levitate probe -F x root@pi')).toContain('root@pi.local');
    expect(await readFile(path.join(folder, 'asked'), 'utf8')).toBe(
      '__complete hosts levitate probe -F x\n',
    );
  },
);

it.skipIf(!there.has('zsh'))('zsh completes hosts, targets and the files behind them', async () => {
  const env = { HOME: folder, PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, TERM: 'dumb' };
  const keys = [
    {
      when: /\$ /,
      type: "PS1='> '; autoload -U compinit; compinit -u -D; . ./levitate.zsh; echo rea''dy\n",
    },
    { when: /ready\s[^]*> /, type: 'levitate probe root@pi\t' },
    { when: /root@pi\.local /, type: '\x15levitate deploy box ap.yaml dis\t' },
    { when: /disk=/, type: 'no\t' },
    { when: /notes\.txt /, type: '\x15exit\n' },
  ];
  const said = await onTerminal("env PS1='$ ' zsh -f -i", keys, { cwd: folder, env });
  expect(said).toMatch(/root@pi\.local [^]*disk=[^]*notes\.txt /);
});
