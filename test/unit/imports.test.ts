/** Lint looks at imports of modules that run, by their statements alone: this looks at those of types and at import(…), too. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
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

/** Folders of src from the top down, as lint has them; below the command line, above what all of them use. */
const layers = [
  'cli',
  ...(
    /const layers = \[([^\]]*)\]/.exec(readFileSync('eslint.config.js', 'utf8'))?.[1] ?? ''
  ).matchAll(/'([^']+)'/g),
].map((layer) => (typeof layer === 'string' ? layer : layer[1]!));

const layerOf = (file: string): number => layers.indexOf(file.split(sep)[1] ?? '');

test('each folder is a layer', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(folders.map(({ name }) => name).toSorted()).toEqual(layers.toSorted());
});

test('nothing is imported upwards, by import(…) neither', () => {
  const upwards = files
    .filter((file) => layerOf(file) > 0)
    .flatMap((file) =>
      importsOf(file)
        .filter((to) => layerOf(to) >= 0 && layerOf(to) < layerOf(file))
        .map((to) => `${file} -> ${to}`),
    );
  expect(upwards).toEqual([]);
});
