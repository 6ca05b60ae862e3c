import type { TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Ajv, type ErrorObject } from 'ajv';
import { bestBranch } from './branch.js';
import { describeSchema, type JsonSchema } from './expectation.js';
import { nearest } from '../shared/nearest.js';
import { ProfileSchema } from './schema.js';
import { synonym } from './synonyms.js';
import { describeValue, shortened, type Violation } from './violation.js';

type Path = Violation['path'];

// The schema is levitate's own, and compiled for one look.
const ajv = new Ajv({
  ...{ allErrors: true, verbose: true, strict: false },
  ...{ validateSchema: false, meta: false, code: { optimize: false } },
});

/** Checks a value against the profile's schema; an empty list means that it is a `RawProfile`. */
export const schemaViolations = (value: unknown): Violation[] => violationsOf(ProfileSchema, value);

/**
 * Checks a value against any schema that is made as the profile's is. What is right takes a millisecond so; only what is
 * wrong is worth the tenth of a second in which Ajv compiles the schema, to say what is wrong.
 */
export const violationsOf = (schema: TSchema, value: unknown): Violation[] =>
  Check(schema, value) ? [] : ajvViolationsOf(schema, value);

/** What Ajv alone says, for a test that both agree. */
export const ajvViolationsOf = (schema: TSchema, value: unknown): Violation[] =>
  withoutMisspelt(violations(schema as JsonSchema, value, []));

function violations(schema: JsonSchema, value: unknown, base: Path): Violation[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  // Errors from inside an anyOf speak of branches that nobody meant; the best branch is asked again alone.
  const own = (validate.errors ?? []).filter(
    (error) => !error.schemaPath.replace(/\/anyOf$/, '').includes('/anyOf/'),
  );
  return own.flatMap((error) => {
    const path = [...base, ...pointer(error.instancePath, value)];
    if (error.keyword !== 'anyOf') return [violation(error, path)];
    const union = error.parentSchema as JsonSchema;
    const branch = bestBranch(union, error.data);
    if (branch === undefined) return [mismatch(union, error.data, path)];
    return violations(branch, error.data, path);
  });
}

function violation(error: ErrorObject, path: Path): Violation {
  const schema = error.parentSchema as JsonSchema;
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params['additionalProperty']);
    const known = Object.keys(schema.properties ?? {});
    const near = nearest(key, known);
    const absent = schema.absent?.[key];
    if (absent !== undefined)
      return { path: [...path, key], at: 'key', expected: absent, found: `key "${key}"` };
    const expected =
      known.length > 0
        ? `one of the keys ${known.join(', ')}`
        : (schema.description ?? describeSchema(schema));
    const about = {
      path: [...path, key],
      at: 'key' as const,
      expected,
      found: `key "${shortened(key)}"`,
    };
    return near === undefined ? about : { ...about, nearest: near };
  }
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty']);
    const about = describeSchema(schema.properties?.[key] ?? {});
    return { path: [...path, key], at: 'value', expected: about, found: 'nothing' };
  }
  return mismatch(schema, error.data, path);
}

function mismatch(schema: JsonSchema, value: unknown, path: Path): Violation {
  const expected = describeSchema(schema);
  const known = constants(schema);
  const near =
    typeof value === 'string' ? (synonym(value, known) ?? nearest(value, known)) : undefined;
  const about = {
    ...{ path, at: 'value' as const, expected, found: describeValue(value) },
    asText: (text: string) => ajv.compile(schema)(text),
  };
  return near === undefined ? about : { ...about, nearest: near };
}

const constants = (schema: JsonSchema): string[] =>
  (schema.anyOf ?? []).flatMap(({ const: value }) => (typeof value === 'string' ? [value] : []));

/** A misspelt key is one mistake: the complaint that the right key is missing is left out. */
function withoutMisspelt(all: Violation[]): Violation[] {
  const meant = new Set(
    all.flatMap(({ path, nearest: near }) =>
      near === undefined ? [] : [JSON.stringify([...path.slice(0, -1), near])],
    ),
  );
  return all.filter(({ path, found }) => found !== 'nothing' || !meant.has(JSON.stringify(path)));
}

/** A JSON pointer as a key path; numbers only where the value really is a list. */
function pointer(text: string, value: unknown): Path {
  const path: Path = [];
  let here = value;
  for (const raw of text.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(here) ? Number(key) : key);
    here = (here as Record<string, unknown>)[key];
  }
  return path;
}
