import { LineCounter, parseDocument } from 'yaml';
import { LevitateError, reasonOf } from '../errors.js';
import { positionOf } from './position.js';
import { invalidProfile, pathText, type Problem } from './problem.js';
import type { RawProfile } from './schema.js';
import { semanticViolations } from './semantics.js';
import { schemaViolations } from './validate.js';
import type { Violation } from './violation.js';

export interface ParsedProfile {
  raw: RawProfile;
  /** Gives a mistake its place in the file. */
  place: (violation: Violation) => Problem;
}

/**
 * Reads the text of a profile; `file` is its name for messages.
 * @throws LevitateError PROFILE_SYNTAX when it is not YAML; PROFILE_INVALID, with every mistake, when it is no profile.
 */
export function parseProfile(text: string, file: string): ParsedProfile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) {
    const { line, col: column } = lines.linePos(broken.pos[0]);
    throw syntaxError(file, line, column, broken.message, broken);
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    throw syntaxError(file, 1, 1, reasonOf(error), error);
  }

  const place = ({ path, at, ...about }: Violation): Problem => {
    const { line, col: column } = lines.linePos(positionOf(document, path, at));
    return { file, line, column, path: pathText(path), ...about };
  };
  const wrong = schemaViolations(value);
  if (wrong.length > 0) throw invalidProfile(file, wrong.map(place));
  const raw = value as RawProfile;
  const senseless = semanticViolations(raw);
  if (senseless.length > 0) throw invalidProfile(file, senseless.map(place));
  return { raw, place };
}

const syntaxError = (file: string, line: number, column: number, what: string, cause: unknown) =>
  new LevitateError(
    'PROFILE_SYNTAX',
    `${file}:${line}:${column}: this is not valid YAML: ${what}`,
    {
      cause,
      data: { file, line, column },
    },
  );
