/** This package stands on what `levitate` exports and on the packages that it names; its folders run downwards. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const imported = (file: string) =>
  [...textOf(file).matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g)].map(([, name]) => name!);

/** From the top down: a folder imports those below it. */
const layers = [
  'main.ts',
  'cli',
  'page',
  'operations',
  'station',
  'images',
  'rollout',
  'engine',
  'store',
  'inventory',
  'power',
  'errors.ts',
  'error-codes.ts',
  'page-folder.ts',
  'seconds-of.ts',
];
const layerOf = (file: string) => layers.indexOf(file.split('/')[0]!);

test('it imports levitate by its name alone, and no package that it does not name', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const known = new Set(['levitate', ...Object.keys(dependencies)]);
  const foreign = files.flatMap((file) =>
    imported(file).filter((name) => !name.startsWith('.') && !name.startsWith('node:')),
  );
  const packageOf = (name: string) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/');
  expect(foreign.map(packageOf).filter((name) => !known.has(name))).toEqual([]);
  expect(foreign.filter((name) => name.startsWith('levitate/'))).toEqual([]);
  const outside = files.flatMap((file) =>
    imported(file).filter(
      (name) => name.startsWith('.') && normalize(join(file, '..', name)).startsWith('..'),
    ),
  );
  expect(outside).toEqual([]);
});

test('each folder is a layer, and nothing is imported upwards', () => {
  expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
  const upwards = files.flatMap((file) =>
    imported(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(file, '..', name.replace(/\.js$/, '.ts'))))
      .filter((to) => layerOf(to) < layerOf(file))
      .map((to) => `${file} -> ${to}`),
  );
  expect(upwards).toEqual([]);
});

test('only one module knows the engine, and one prints', () => {
  const knows = (name: string) => files.filter((file) => imported(file).includes(name));
  expect(knows('pg-boss')).toEqual(['engine/pg-boss.ts']);
  const prints = files.filter((file) => /process\.(stdout|stderr)|console\./.test(textOf(file)));
  expect(prints).toEqual(['cli/output.ts']);
});

test('no two modules export the same name', () => {
  const homes = new Map<string, number>();
  for (const file of files)
    for (const [, name] of textOf(file).matchAll(
      /^export (?:async )?(?:const|class|interface|type|function) (\w+)/gm,
    ))
      homes.set(name!, (homes.get(name!) ?? 0) + 1);
  expect([...homes].filter(([, count]) => count > 1)).toEqual([]);
});
