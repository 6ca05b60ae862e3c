import type { TSchema } from '@sinclair/typebox';
import { readDocument, YamlFault } from '../profile/document.js';
import type { Problem } from '../profile/problem.js';
import { violationsOf } from '../profile/validate.js';

export type { Problem } from '../profile/problem.js';

/** What a YAML file says, or every mistake in it. */
export type CheckedYaml =
  | {
      /** What the file says; the schema admits it. */
      value: unknown;
      /**
       * Gives a mistake that no schema can tell its place in the file.
       * @param path the key path of what is wrong; numbers are positions in a list
       */
      place: (path: (string | number)[], expected: string, found: string) => Problem;
    }
  | {
      /** The mistakes, in the order of the file; never none. */
      problems: Problem[];
    };

/** Mistakes that are placed at most; more help nobody. */
const most = 100;

/**
 * Reads a YAML text by a schema as a profile is read: unknown keys and wrong values have a line, and the nearest key. For programs
 * that have YAML files of their own.
 * @param file the name of the file in the mistakes
 * @param schema a JSON Schema, as TypeBox makes it; what may be written stands in its descriptions
 */
export function checkYaml(text: string, file: string, schema: object): CheckedYaml {
  try {
    const { value, place } = readDocument(text, file);
    const wrong = violationsOf(schema as TSchema, value).slice(0, most);
    if (wrong.length === 0)
      return {
        value,
        place: (path, expected, found) => place({ path, at: 'value', expected, found }),
      };
    const problems = wrong.map(place);
    return { problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    const { line, column, message } = error;
    const about = { file, line, column, path: '' };
    return { problems: [{ ...about, expected: 'YAML 1.2', found: `none: ${message}` }] };
  }
}
