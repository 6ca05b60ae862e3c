/** Lint finds circles of modules that run; a circle of types alone is as hard to read, and this finds both. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('src', name));

/** What a module imports of levitate's own, types included. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)\.js'/g)].map(([, to]) =>
    normalize(join(file, '..', `${to}.ts`)),
  );

/** The first circle that begins and ends with a module on the way; undefined where there is none. */
function circle(
  file: string,
  way: string[],
  graph: ReadonlyMap<string, string[]>,
  done: Set<string>,
): string[] | undefined {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const next of graph.get(file) ?? []) {
    const found = circle(next, [...way, file], graph, done);
    if (found) return found;
  }
  done.add(file);
  return undefined;
}

const firstCircle = (graph: ReadonlyMap<string, string[]>): string[] | undefined => {
  const done = new Set<string>();
  for (const file of graph.keys()) {
    const found = circle(file, [], graph, done);
    if (found) return found;
  }
  return undefined;
};

test('no module imports itself by way of others', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  expect([...graph.values()].flat().length).toBeGreaterThan(500);
  expect(firstCircle(graph)).toBeUndefined();
});

test('a circle is found', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', []],
    ['c', ['d']],
    ['d', ['c']],
  ]);
  expect(firstCircle(graph)).toEqual(['c', 'd', 'c']);
});
