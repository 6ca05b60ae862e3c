/** What a running system is asked about targets, as text. */
import { expect, test } from 'vitest';
import { describeTargets } from '../../../src/device/describe-targets.js';
import { scriptsIn } from '../protocol/shell.js';

/** Each function of a text, and its body. */
const functionsIn = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^([a-z0-9_]+)\(\) \{(.*?)^\}|^([a-z0-9_]+)\(\) \{ (.*) \}$/gms)].map(
      ([, name = '', body = '', short = name, line = body]) => [short, line],
    ),
  );

/** The words where a command may stand. */
const commandsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^|[;&|({!]|\b(?:then|do|else|elif|if|while|until)\b)[ \t]*(?:! )?([a-z][a-z0-9_]*)(?![\w-])/gm,
    ),
  ].map(([, word = '']) => word);

async function sentText(): Promise<string> {
  let sent = '';
  await describeTargets(
    {
      name: 'nobody',
      exec: (_, { stdin } = {}) => {
        sent = String(stdin);
        return Promise.resolve({ stdout: '', stderr: '', code: null });
      },
      close: () => Promise.resolve(),
    },
    [],
  );
  return sent;
}

test('every function of the flasher that resolving and describing call comes along', async () => {
  const flasher = scriptsIn('initramfs/root/usr/lib/levitate')
    .filter(({ path }) => path.endsWith('.sh'))
    .map(({ path, text }) => ({ path, functions: functionsIn(text) }));
  const known = new Map(flasher.flatMap(({ functions }) => [...functions]));
  const kinds = flasher.filter(({ path }) => path.includes('/kinds/'));
  expect(kinds.length).toBeGreaterThan(4);
  const sent = functionsIn((await sentText()).replace(/^part_\w+\(\) \{$|^\}$(?=\npart_)/gm, ''));

  for (const { path, functions } of kinds) {
    const reached = new Set(['resolve_words', 'resolve', 'describe']);
    for (const name of reached)
      for (const word of commandsIn(functions.get(name) ?? known.get(name) ?? ''))
        if (known.has(word)) reached.add(word);
    expect(
      [...reached].filter((name) => !sent.has(name)),
      path,
    ).toEqual([]);
  }
});
