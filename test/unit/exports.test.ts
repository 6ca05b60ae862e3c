/** One name, one meaning: a schema, a type and a function of different modules are told apart by their names alone. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('src', name));

/** What a module itself declares for others; what it passes on from others is not among it. */
const exportsOf = (text: string): Set<string> =>
  new Set(
    [
      ...text.matchAll(
        /^export (?:declare |async )*(?:const|class|interface|type|function\*?) (\w+)/gm,
      ),
    ].map(([, name]) => name!),
  );

test('no two modules export the same name', () => {
  const homes = new Map<string, string[]>();
  for (const file of files)
    for (const name of exportsOf(readFileSync(file, 'utf8')))
      homes.set(name, [...(homes.get(name) ?? []), file]);
  expect(homes.size).toBeGreaterThan(500);
  expect([...homes].filter(([, where]) => where.length > 1)).toEqual([]);
});
