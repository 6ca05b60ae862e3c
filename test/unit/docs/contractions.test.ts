/** Comments, messages and documents are read by people of any language: no word of them is contracted. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pages, prose, type Page } from './pages.js';

const sources: Page[] = ['src', 'packages/fleet/src', 'initramfs'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
);

/** What other programs say, and is read or shown here as they say it. */
const ofOthers = ["Can't open user config file"];

const contracted =
  /\b[a-z]+n't\b|\b(?:it|that|there|here|what|who|let)'s\b|\b(?:i|we|you|they)'(?:m|re|ve|ll|d)\b|\bcan not\b/gi;

const contractionsIn = (text: string): string[] =>
  ofOthers.reduce((rest, saying) => rest.replaceAll(saying, ''), text).match(contracted) ?? [];

test('nothing is contracted', () => {
  const texts = [...sources, ...pages.map(({ file, text }) => ({ file, text: prose(text) }))];
  expect(texts.length).toBeGreaterThan(400);
  const found = texts.flatMap(({ file, text }) =>
    contractionsIn(text).map((word) => `${file}: ${word}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["it isn't there", ["isn't"]],
  ["Don't; that's why it can not", ["Don't", "that's", 'can not']],
  ["the device's own, minisign's trusted comment", []],
])('%s', (text, words) => {
  expect(contractionsIn(text)).toEqual(words);
});
