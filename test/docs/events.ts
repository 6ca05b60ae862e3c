import { schemaOf, type Definitions, type Schema } from './json-schema.js';
import { table } from './markdown.js';
import { checker, exportsOf } from './types.js';

const definitions: Definitions = {};
const line = exportsOf('src/cli/views/json-line.ts').get('JsonLine')!;
schemaOf(checker.getDeclaredTypeOfSymbol(line), definitions);
const { JsonLine: whole = {}, ...parts } = definitions;

/** docs/reference/events.schema.json: a line of `--json`. */
export const eventsSchema = (): object => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://levitate.invalid/events.schema.json',
  title: 'a line that levitate prints with --json',
  ...whole,
  properties: {
    time: { description: 'When the line was printed: ISO 8601, UTC.', type: 'string' },
    host: { description: 'The device that the command is about, as it was named.', type: 'string' },
  },
  required: ['time'],
  definitions: parts,
});

/** docs/reference/events.md: the same for people. */
export function eventsPage(): string {
  const lines = (whole.anyOf ?? []).map(behindRef);
  const results = lines.filter((one) => typeIn(one) === 'result');
  const types = [...new Set(lines.map(typeIn))].filter((type) => type !== 'result');
  return `# JSON events

With \`--json\`, every line is one JSON object with a \`type\`, the \`time\` when it was printed (ISO 8601, UTC), and the \`host\` that
the command is about, if any. Events come as they happen, those about bytes once a second; the last line is a \`result\` or an
\`error\`. An error is told in words on standard error as well, and a wrong command line there alone, with status 2.
Characters that a terminal obeys or that cannot be seen are escaped. A log that cannot be written (a full disk) stops no
work: what failed keeps its status, and what is done ends with 7; a reader that goes away is no failure.

Fields marked \`?\` may be absent. Sizes are bytes, times are seconds. New versions may add fields. [The JSON schema](events.schema.json)
of a line says the same for programs.

A phase that fails has no \`done\`. \`probe\` ends with 3 when a check refuses, and \`status\` with 6 when \`where\` is \`unreachable\`;
both are a \`result\`, not an \`error\`. Without a profile \`probe\` judges by the one that would fit; the size of the root is then an
estimate.

${types
  .map(
    (type) =>
      `## Event \`${type}\`\n\n${lines
        .filter((one) => typeIn(one) === type)
        .map((one) => `${one.description ?? ''}\n\n${fieldTable(one, ['type'])}`)
        .join('\n\n')}`,
  )
  .join('\n\n')}

## Event \`result\`

The last line of a command that has done its work. Its fields, by \`command\`:

${results.map((one) => `### Result of \`${String(one.properties?.['command']?.const)}\`\n\n${fieldTable(one, ['type', 'command'])}`).join('\n\n')}

## Types

${Object.entries(parts)
  .filter(([name, schema]) => !shownAsLine(name) && !isShort(schema))
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([name, schema]) => definition(name, schema))
  .join('\n\n')}`;
}

/** Whether the values of a type are named where it is used. */
const isShort = (schema: Schema): boolean => (schema.enum?.length ?? Infinity) < 8;

const behindRef = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (parts[nameIn(schema.$ref)] ?? {});

const nameIn = (ref: string): string => ref.replace('#/definitions/', '');

const typeIn = (schema: Schema): string => String(schema.properties?.['type']?.const);

const shownAsLine = (name: string): boolean =>
  (whole.anyOf ?? []).some(({ $ref }) => $ref !== undefined && nameIn($ref) === name);

function definition(name: string, schema: Schema): string {
  const about = `### ${name}\n\n${schema.description ?? ''}`;
  if (name === 'FlasherStatus')
    return `### ${name}\n\nThe \`status\` of [the flasher protocol](flasher-protocol.md), with its fields.`;
  if (schema.properties) return `${about}\n\n${fieldTable(schema)}`;
  if (schema.anyOf?.every((one) => one.properties))
    return `${about}\n\n${schema.anyOf.map((one) => fieldTable(one)).join('\n\nor\n\n')}`;
  return `${about}\n\n${typeText(schema)}`;
}

const fieldTable = (schema: Schema, without: string[] = []): string =>
  table(
    ['field', 'type', 'what it is'],
    Object.entries(schema.properties ?? {})
      .filter(([name]) => !without.includes(name))
      .map(([name, field]) => [
        `\`${name}\`${schema.required?.includes(name) ? '' : ' ?'}`,
        typeText(field),
        field.description ?? '',
      ]),
  );

/** A type in words, with links to what has a section of its own. */
function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = nameIn(schema.$ref);
    if (isShort(behindRef(schema))) return typeText(behindRef(schema));
    return name === 'ErrorCode'
      ? '[an error code](errors.md)'
      : `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum)
    return schema.enum.length > 40
      ? '[an error code](errors.md)'
      : schema.enum.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (schema.properties)
    return `object: ${Object.entries(schema.properties)
      .map(
        ([name, field]) =>
          `\`${name}\`${schema.required?.includes(name) ? '' : ' ?'} (${typeText(field)})`,
      )
      .join(', ')}`;
  if (schema.additionalProperties)
    return `object, each value: ${typeText(schema.additionalProperties)}`;
  return schema.type ?? 'any';
}
