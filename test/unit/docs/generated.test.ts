/** What is made from the code is what `npm run docs` makes of it today. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generated } from '../../docs/generated.js';

it.each(Object.keys(generated))('%s is what `npm run docs` writes', async (file) => {
  const there = await readFile(file, 'utf8').catch(() => '(missing)');
  expect(there).toBe(await generated[file]?.());
});
