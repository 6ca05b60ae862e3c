import type { TSchema } from '@sinclair/typebox';
import { readFileSync } from 'node:fs';
import { ProfileSchema } from '../../src/profile/schema.js';
import { table } from './markdown.js';

/** A profile that has every part, for the page; a test checks it as any profile is checked. */
export const profileExample = readFileSync(new URL('profile.yaml', import.meta.url), 'utf8');

/** docs/reference/profile.md: a profile with comments, and every key. */
export function profilePage(): string {
  return `# The profile

One YAML file describes the maintenance system for one class of devices. Only \`name\` and \`arch\` are required. Unknown keys are
errors, with file, line, column and the nearest known key. \`profiles/profile.schema.json\` lets editors complete and check keys.

\`\`\`yaml
${profileExample.trim()}
\`\`\`

[How to write one](../how-to/write-a-profile.md) begins with what \`levitate probe\` writes.

## Every key

${keyTables(ProfileSchema, '###')}`;
}

/**
 * A table of every key of a schema for each key at its top.
 * @param heading what stands before the name of each
 */
export function keyTables(schema: TSchema, heading: '###' | '####'): string {
  const keys = Object.entries(schema['properties'] as Record<string, TSchema>);
  return keys
    .map(([name, key]) => {
      const rows = rowsOf(name, key, requiredIn(schema).includes(name));
      return `${heading} ${name}\n\n${table(['key', 'value', 'what it is for'], rows)}`;
    })
    .join('\n\n');
}

/** A row for a key, and for each key below it. */
function rowsOf(path: string, schema: TSchema, required: boolean): string[][] {
  const below = objectsIn(schema).flatMap((one) => [
    ...Object.entries((one['properties'] ?? {}) as Record<string, TSchema>).flatMap(([name, key]) =>
      rowsOf(`${path}.${name}`, key, !isChoice(one) && requiredIn(one).includes(name)),
    ),
    ...Object.values((one['patternProperties'] ?? {}) as Record<string, TSchema>).flatMap((value) =>
      rowsOf(`${path}.NAME`, value, false),
    ),
  ]);
  const own = [
    `\`${path}\`${required ? ' (required)' : ''}`,
    valueText(schema),
    schema.title ?? '',
  ];
  return [own, ...unique(below)];
}

const requiredIn = (schema: TSchema): string[] => (schema['required'] ?? []) as string[];

/** Whether an object has one key alone, by which it is chosen among others or named. */
const isChoice = (schema: TSchema): boolean =>
  Object.keys((schema['properties'] ?? {}) as object).length === 1;

/** The objects that a schema allows, of all its branches. */
const objectsIn = (schema: TSchema): TSchema[] => {
  if (schema['anyOf']) return (schema['anyOf'] as TSchema[]).flatMap(objectsIn);
  if (schema['items']) return objectsIn(schema['items'] as TSchema);
  return schema['type'] === 'object' ? [schema] : [];
};

/** What may be written as a value. */
function valueText(schema: TSchema): string {
  if (schema['const'] !== undefined) return `\`${String(schema['const'])}\``;
  if (schema['anyOf'])
    return [...new Set((schema['anyOf'] as TSchema[]).map(valueText))].join(', ');
  if (schema['type'] === 'array') return `list of: ${valueText(schema['items'] as TSchema)}`;
  if (schema['type'] === 'object') {
    const names = Object.keys((schema['properties'] ?? {}) as object);
    return names.length > 0 ? `{ ${names.join(', ')} }` : 'names with their values';
  }
  return schema['type'] === 'integer' ? 'a number' : (schema.description ?? 'text');
}

const unique = (rows: string[][]): string[][] => [
  ...new Map(rows.map((row) => [row.join('|'), row])).values(),
];
