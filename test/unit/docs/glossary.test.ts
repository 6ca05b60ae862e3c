/** The glossary holds: the code has the names that it gives, and nobody uses the words that it forbids. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { pages, type Page } from './pages.js';

const glossary = readFileSync('docs/reference/glossary.md', 'utf8');

interface Entry {
  word: string;
  code: string[];
  never: string[];
}

const entries: Entry[] = glossary
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| *(-|word )/.test(line))
  .map((line) => {
    const [word = '', , code = '', never = ''] = line
      .slice(1)
      .split('|')
      .map((cell) => cell.trim());
    return {
      word,
      code: [...code.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
      never: never.split(', ').filter((phrase) => phrase !== ''),
    };
  });

const sources: Page[] = ['src', 'packages/fleet/src', 'initramfs'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
);
// What has changed its name is told by its old one.
const texts = [...sources, ...pages].filter(
  ({ file }) => file !== 'docs/reference/glossary.md' && file !== 'CHANGELOG.md',
);
/** The phrase by itself, also at the beginning of a sentence; not inside of a longer name. */
const whole = (phrase: string) => {
  const [first = '', rest] = [
    phrase.charAt(0),
    phrase.slice(1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  ];
  return new RegExp(`(?<![\\w-])[${first}${first.toUpperCase()}]${rest}(?![\\w-])`);
};

it('there are entries, each of them once', () => {
  const words = entries.map(({ word }) => word);
  expect(words.length).toBeGreaterThan(50);
  expect(new Set(words).size).toBe(words.length);
});

it('the code has the names', () => {
  const all = [...sources.map(({ text }) => text), ...sources.map(({ file }) => file)].join('\n');
  const absent = entries.flatMap(({ word, code }) =>
    code.filter((name) => !whole(name).test(all)).map((name) => `${word}: ${name}`),
  );
  expect(absent).toEqual([]);
});

it('nobody uses the other words', () => {
  const used = entries.flatMap(({ word, never }) =>
    never.flatMap((phrase) =>
      texts
        .filter(({ text }) => whole(phrase).test(text))
        .map(({ file }) => `${file}: '${phrase}' is called ${word}`),
    ),
  );
  expect(used).toEqual([]);
});
