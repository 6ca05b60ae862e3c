import { LevitateError } from '../errors.js';
import { Budget } from '../shared/budget.js';
import { readDocument, YamlFault, type ReadDocument } from './document.js';
import { invalidProfile, type Problem } from './problem.js';
import type { RawProfile } from './schema.js';
import { semanticViolations } from './semantics.js';
import { schemaViolations } from './validate.js';
import type { Violation } from './violation.js';

/** A profile that was found to be valid. */
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
  new Budget(file, limits, 'PROFILE_SYNTAX').bytes(text.length);
  const { value, place } = read(text, file);
  const wrong = schemaViolations(value);
  if (wrong.length > 0) throw invalidProfile(file, wrong, place);
  const raw = value as RawProfile;
  const senseless = semanticViolations(raw);
  if (senseless.length > 0) throw invalidProfile(file, senseless, place);
  return { raw, place };
}

/** A profile is some kilobytes of text. */
const limits = { bytes: 1024 * 1024, entries: Infinity, names: Infinity };

function read(text: string, file: string): ReadDocument {
  try {
    return readDocument(text, file);
  } catch (error) {
    throw error instanceof YamlFault ? syntaxError(file, error) : error;
  }
}

const syntaxError = (file: string, { line, column, message, cause }: YamlFault) =>
  new LevitateError(
    'PROFILE_SYNTAX',
    `${file}:${line}:${column}: this is not valid YAML: ${message}`,
    {
      cause,
      hint: 'Profiles are YAML 1.2; those of profiles/ are good ones to start from.',
      data: { file, line, column },
    },
  );
