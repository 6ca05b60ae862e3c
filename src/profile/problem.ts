import { LevitateError } from '../errors.js';
import { shortened, type Violation } from './violation.js';

/** One mistake in a YAML file, with its place; the form of `data.errors` in PROFILE_INVALID. */
export interface Problem {
  /** The name of the file. */
  file: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1. */
  column: number;
  /** Such as `flash.targets.disk.block` or `root.tools[1]`. */
  path: string;
  /** What may stand there. */
  expected: string;
  /** What stands there. */
  found: string;
  /** The known word that was probably meant. */
  nearest?: string;
  /** How to write what was found, where YAML takes it for something else than text. */
  quoted?: string;
}

/** Mistakes of one profile that are told; more help nobody. */
const most = 100;

/**
 * The mistakes of a profile as one error, with a message of one block a mistake, in the order of the file; of very many
 * the first ones found.
 */
export function invalidProfile(
  file: string,
  found: Violation[],
  place: (violation: Violation) => Problem,
): LevitateError {
  const errors = found
    .slice(0, most)
    .map(place)
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const some = found.length > most ? `, of which these are ${most}` : '';
  const title = found.length === 1 ? 'is not valid' : `has ${found.length} mistakes${some}`;
  return new LevitateError(
    'PROFILE_INVALID',
    [`${file} ${title}:`, ...errors.map(block)].join('\n'),
    {
      hint: '`levitate help profile` describes every key; profiles/profile.schema.json tells editors the same.',
      data: { errors },
    },
  );
}

function block({ file, line, column, path, expected, found, nearest, quoted }: Problem): string {
  const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  const lines = [`${file}:${line}:${column}: ${path || 'the profile'}: found ${found}${meant}`];
  const text =
    quoted === undefined ? [] : [`    YAML takes it for something else than text; write ${quoted}`];
  return [...lines, `    expected ${expected}`, ...text].join('\n');
}

/** A key path as people write it. */
export const pathText = (path: (string | number)[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[\w-]{1,60}$/.test(key)) return `${text}["${shortened(key)}"]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
