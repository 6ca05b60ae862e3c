/** The pages do not depend on which of them is made first: the compiler numbers types as it meets them. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generated } from '../../docs/generated.js';

it('makes the same pages in the reverse order', async () => {
  for (const [file, write] of Object.entries(generated).reverse())
    expect(await write(), file).toBe(await readFile(file, 'utf8'));
});
