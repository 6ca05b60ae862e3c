/** The pages stay the same when somebody else met their types first: the compiler numbers types as it meets them. */
import { readFile } from 'node:fs/promises';
import type ts from 'typescript';
import { expect, it } from 'vitest';
import { generated } from '../../docs/generated.js';
import { checker, exportsOf } from '../../docs/types.js';

const fieldsOf = (symbol: ts.Symbol): ts.Symbol[] =>
  [...checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))].reverse();

it('makes the same pages when the types were met the other way round', async () => {
  for (const symbol of [...exportsOf('src/index.ts').values()].reverse())
    for (const field of fieldsOf(symbol)) checker.getTypeOfSymbol(field);
  for (const [file, write] of Object.entries(generated).reverse())
    expect(await write(), file).toBe(await readFile(file, 'utf8'));
});
