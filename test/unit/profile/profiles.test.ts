import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadProfile } from '../../../src/profile/load.js';
import { parseProfile } from '../../../src/profile/parse.js';
import { ProfileSchema } from '../../../src/profile/schema.js';
import { schemaViolations } from '../../../src/profile/validate.js';
import { profileExample } from '../../docs/profile.js';

const folder = new URL('../../../profiles/', import.meta.url);

test('the schema for editors is the one in the code (else: npm run docs)', async () => {
  const text = await readFile(new URL('profile.schema.json', folder), 'utf8');
  const { $schema, ...schema } = JSON.parse(text) as Record<string, unknown>;
  expect($schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(schema).toEqual(JSON.parse(JSON.stringify(ProfileSchema)));
});

test('every profile that is shipped is valid and points editors to the schema', async () => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  expect(names).toEqual(expect.arrayContaining(['router-ubi.yaml', 'sbc-systemd.yaml']));
  for (const name of names) {
    const path = new URL(name, folder);
    await expect(loadProfile(path.pathname)).resolves.toMatchObject({
      name: name.replace('.yaml', ''),
    });
    expect(await readFile(path, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/profile\.schema\.json\n/,
    );
  }
});

test('the example of the page of profiles is valid', () => {
  const { raw } = parseProfile(profileExample, 'profile.yaml');
  expect(schemaViolations(raw)).toEqual([]);
});
