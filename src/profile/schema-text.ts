import { ProfileSchema } from './schema.js';

/** The schema as the JSON Schema file that stands beside the profiles, for editors. */
export const schemaText = (): string =>
  `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...ProfileSchema }, null, 2)}\n`;
