// Writes profile.schema.json, which editors complete and check profiles with: npx tsx profiles/write-schema.ts
import { writeFile } from 'node:fs/promises';
import { schemaText } from '../src/profile/schema-text.js';

await writeFile(new URL('profile.schema.json', import.meta.url), schemaText());
