/** YAML files of other programs are read by their schema, with the place of each mistake. */
import { Type } from '@sinclair/typebox';
import { expect, it } from 'vitest';
import { checkYaml } from '../../../src/index.js';

const schema = Type.Object(
  { name: Type.String(), size: Type.Optional(Type.Integer({ minimum: 1 })) },
  { additionalProperties: false },
);

it('gives what the file says, and places for what no schema can tell', () => {
  const read = checkYaml('name: hall\nsize: 3\n', 'x.yaml', schema);
  if (!('value' in read)) throw new Error(JSON.stringify(read));
  expect(read.value).toEqual({ name: 'hall', size: 3 });
  expect(read.place(['size'], 'an even number', '3')).toEqual({
    ...{ file: 'x.yaml', line: 2, column: 7, path: 'size' },
    ...{ expected: 'an even number', found: '3' },
  });
});

it('places unknown keys, with the nearest one, and wrong values', () => {
  expect(checkYaml('name: hall\nsise: 3\nsize: big\n', 'x.yaml', schema)).toEqual({
    problems: [
      expect.objectContaining({ line: 2, column: 1, path: 'sise', nearest: 'size' }),
      expect.objectContaining({ line: 3, column: 7, path: 'size', found: '"big"' }),
    ],
  });
});

it('places what is no YAML', () => {
  expect(checkYaml('name: [', 'x.yaml', schema)).toEqual({
    problems: [expect.objectContaining({ file: 'x.yaml', line: 1, expected: 'YAML 1.2' })],
  });
});
