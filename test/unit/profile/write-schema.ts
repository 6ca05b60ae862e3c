// Writes profiles/profile.schema.json, which editors complete and check profiles with:
//   npx tsx test/unit/profile/write-schema.ts
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { ProfileSchema } from '../../../src/profile/schema.js';

const root = new URL('../../../', import.meta.url);
const style = JSON.parse(await readFile(new URL('.prettierrc.json', root), 'utf8')) as object;
const text = JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#',
  ...ProfileSchema,
});
const path = new URL('profiles/profile.schema.json', root);
await writeFile(path, await format(text, { ...style, parser: 'json' }));
