import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { LevitateError, reasonOf } from '../errors.js';
import { Budget } from '../shared/budget.js';
import { positionOf } from './position.js';
import { invalidProfile, pathText, type Problem } from './problem.js';
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
  const lines = new LineCounter();
  const refuse = (at: number, what: string, cause?: unknown) => {
    const { line, col: column } = lines.linePos(at);
    throw syntaxError(file, line, column, what, cause);
  };
  let document: Document.Parsed;
  let value: unknown;
  try {
    // That keys are unique is looked at below, because here it would take the square of their number.
    const how = { prettyErrors: false, uniqueKeys: false, logLevel: 'error' } as const;
    document = parseDocument(text, { lineCounter: lines, ...how });
    const [broken] = [...document.errors, ...document.warnings];
    if (broken) throw refuse(broken.pos[0], broken.message, broken);
    const twice = repeatedKey(document);
    if (twice !== undefined) throw refuse(twice, 'Map keys must be unique');
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof LevitateError) throw error;
    const tooDeep = error instanceof RangeError;
    throw syntaxError(file, 1, 1, tooDeep ? 'it is nested too deeply' : reasonOf(error), error);
  }

  const place = ({ path, at, asText, ...about }: Violation): Problem => {
    const { offset, node } = positionOf(document, path, at);
    const { line, col: column } = lines.linePos(offset);
    const source = at === 'value' ? sourceOf(node) : undefined;
    const problem = { file, line, column, path: pathText(path), ...about };
    return source !== undefined && asText?.(source)
      ? { ...problem, found: source, quoted: JSON.stringify(source) }
      : problem;
  };
  const wrong = schemaViolations(value);
  if (wrong.length > 0) throw invalidProfile(file, wrong, place);
  const raw = value as RawProfile;
  const senseless = semanticViolations(raw);
  if (senseless.length > 0) throw invalidProfile(file, senseless, place);
  return { raw, place };
}

/** A profile is some kilobytes of text. */
const limits = { bytes: 1024 * 1024, entries: Infinity, names: Infinity };

/** What stands in the file for a value that YAML takes for a number, a truth value or nothing. */
const sourceOf = (node: unknown): string | undefined =>
  isScalar(node) && typeof node.value !== 'string' && node.source ? node.source : undefined;

/** Where a key stands that its map has already, as an offset. */
function repeatedKey(document: Document.Parsed): number | undefined {
  let at: number | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) at ??= key.range?.[0];
        seen.add(key.value);
      }
      return at === undefined ? undefined : visit.BREAK;
    },
  });
  return at;
}

const syntaxError = (file: string, line: number, column: number, what: string, cause: unknown) =>
  new LevitateError(
    'PROFILE_SYNTAX',
    `${file}:${line}:${column}: this is not valid YAML: ${what}`,
    {
      cause,
      hint: 'Profiles are YAML 1.2; those of profiles/ are good ones to start from.',
      data: { file, line, column },
    },
  );
