/** Every command that a page shows is one that exists, with its words in the right order. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createFleetProgram } from '../../../packages/fleet/src/cli/program.js';
import { createProgram } from '../../../src/cli/program.js';
import { code, pages } from './pages.js';

const program = createProgram();
const fleet = createFleetProgram();
const profiles = readdirSync('profiles')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ file: `profiles/${name}`, text: readFileSync(`profiles/${name}`, 'utf8') }));

/** What `npm run docs` writes comes from the commands themselves, and another test compares it. */
const isGenerated = (text: string) => text.startsWith('<!-- npm run docs');

interface Shown {
  at: string;
  line: string;
}

/** What follows `name` on a line of code, up to a comment, a pipe or a redirection. */
const shown = (name: string): Shown[] =>
  [
    ...pages
      .filter(({ file, text }) => file !== 'CHANGELOG.md' && !isGenerated(text))
      .flatMap(({ file, text }) => code(text).map((line) => ({ at: file, line }))),
    ...profiles.flatMap(({ file, text }) =>
      text.split('\n').flatMap((line) => (line.startsWith('#') ? [{ at: file, line }] : [])),
    ),
  ].flatMap(({ at, line }) =>
    [...line.matchAll(new RegExp(`(?:^|[\\s\`])${name} ([a-z][^#|>&;\`]*)`, 'g'))].map(
      ([, rest = '']) => ({
        at,
        line: rest.trim(),
      }),
    ),
  );

/** What is wrong with the words of one call of levitate. */
function faults({ at, line }: Shown): string[] {
  const [name = '', ...words] = line.split(/\s+/).filter((word) => word !== '…');
  const own = program.commands.find((one) => one.name() === name);
  const command = name === 'fleet' && words.length > 0 ? commandIn(fleet, words) : own;
  if (!command) return name === 'help' ? [] : [`${at}: no command '${name}': ${line}`];
  const { places, unknown } = parse(command, words);
  return [
    ...unknown.map((option) => `${at}: ${name} has no ${option}: ${line}`),
    ...(command.registeredArguments.length < places.length && !takesMore(command)
      ? [`${at}: ${name} takes fewer words: ${line}`]
      : []),
    ...places
      .filter((word, index) => isProfile(word) && !/^PROFILE\b/.test(placeOf(command, index) ?? ''))
      .filter(() => !words.includes('--root') && name !== 'fleet')
      .map((word) => `${at}: '${word}' is no ${placeOf(command, places.indexOf(word))}: ${line}`),
  ];
}

/** The command below another one that words name, which are taken off. */
function commandIn(above: Command, words: string[]): Command | undefined {
  const found = above.commands.find((one) => one.name() === words[0]);
  if (!found) return words[0]?.startsWith('-') ? above : undefined;
  words.shift();
  return found.commands.length > 0 && words.length > 0 ? commandIn(found, words) : found;
}

const isProfile = (word: string) => /\.yaml$|^PROFILE$/.test(word);
const takesMore = (command: Command) => command.registeredArguments.some((one) => one.variadic);
const placeOf = (command: Command, index: number) =>
  (command.registeredArguments[index] ?? command.registeredArguments.at(-1))?.name();

/** The words that are no options, and the options that the command does not have. */
function parse(command: Command, words: string[]): { places: string[]; unknown: string[] } {
  const places: string[] = [];
  const unknown: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) {
      places.push(word);
      continue;
    }
    const option = command.options.find(({ long, short }) =>
      [long, short].includes(word.split('=')[0]),
    );
    if (option === undefined && !['-h', '--help'].includes(word)) unknown.push(word);
    if (option?.required && !word.includes('=')) index += 1;
  }
  return { places, unknown };
}

it('every call of levitate', () => {
  const calls = shown('levitate');
  expect(calls.length).toBeGreaterThan(60);
  expect(calls.flatMap(faults)).toEqual([]);
});

it('every script of npm', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = shown('npm run').map(({ at, line }) => ({ at, name: line.split(/\s/)[0] ?? '' }));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
});
