import { Check } from '@sinclair/typebox/value';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { ProfileSchema } from '../../../src/profile/schema.js';
import { ajvViolationsOf } from '../../../src/profile/validate.js';

/** Values of every type, to be put where another one belongs. */
const others = [null, true, 0, -1, 1.5, '', 'x', '5m', [], ['x'], {}, { x: 1 }];

/** The value, and for each place in it the same with something else there, with nothing there, and with a key too many. */
function* changed(value: unknown): Generator<unknown> {
  yield* others;
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { ...value, unheard: 1 };
  for (const [key, inner] of Object.entries(value)) {
    const without = Array.isArray(value)
      ? value.filter((_, index) => String(index) !== key)
      : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    yield without;
    for (const other of changed(inner)) {
      const copy = structuredClone(value) as Record<string, unknown>;
      copy[key] = other;
      yield copy;
    }
  }
}

const names = readdirSync('profiles').filter((name) => name.endsWith('.yaml'));

test.each(names)('TypeBox and Ajv agree on %s and what is near it', (name) => {
  const profile: unknown = parse(readFileSync(`profiles/${name}`, 'utf8'));
  expect(Check(ProfileSchema, profile)).toBe(true);
  for (const value of [profile, ...changed(profile)])
    expect(ajvViolationsOf(ProfileSchema, value).length === 0, JSON.stringify(value)).toBe(
      Check(ProfileSchema, value),
    );
});
