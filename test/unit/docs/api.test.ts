/** Whoever reads the page of the API finds each type that it names, and can import it. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** What TypeScript and the platform bring. */
const foreign = new Set(['AbortController', 'AbortSignal', 'Promise', 'Record']);

it('names no type that it does not explain', async () => {
  const page = await readFile('docs/reference/api.md', 'utf8');
  const explained = new Set([...page.matchAll(/^### (\w+)/gm)].map(([, name]) => name));
  const code = [...page.matchAll(/```ts\n[^]*?```|`[^`\n]+`/g)].map(([text]) => text).join('\n');
  const named = [...code.matchAll(/\b[A-Z][a-z]\w*\b/g)].map(([name]) => name);
  const missing = named.filter((name) => !explained.has(name) && !foreign.has(name));
  expect([...new Set(missing)]).toEqual([]);
});
