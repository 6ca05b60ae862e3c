import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { reasonOf } from '../errors.js';
import { positionOf } from './position.js';
import { pathText, type Problem } from './problem.js';
import type { Violation } from './violation.js';

/** A YAML text that was read. */
export interface ReadDocument {
  /** What it says. */
  value: unknown;
  /** Gives a mistake its place in the file. */
  place: (violation: Violation) => Problem;
}

/** Why a text is not valid YAML 1.2, and where; lines and columns begin with 1. */
export class YamlFault extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Reads a YAML text; `file` is its name in the places of mistakes.
 * @throws YamlFault
 */
export function readDocument(text: string, file: string): ReadDocument {
  const lines = new LineCounter();
  const refuse = (at: number, what: string, cause?: unknown) => {
    const { line, col } = lines.linePos(at);
    throw new YamlFault(what, line, col, cause);
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
    if (error instanceof YamlFault) throw error;
    const tooDeep = error instanceof RangeError;
    throw new YamlFault(tooDeep ? 'it is nested too deeply' : reasonOf(error), 1, 1, error);
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
  return { value, place };
}

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
