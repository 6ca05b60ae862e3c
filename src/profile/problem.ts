import { LevitateError } from '../errors.js';

/** One mistake in a profile, with its place; the form of `data.errors` in PROFILE_INVALID. */
export interface Problem {
  file: string;
  /** Counted from 1, as is `column`. */
  line: number;
  column: number;
  /** Such as `flash.targets.disk.block` or `root.tools[1]`. */
  path: string;
  expected: string;
  found: string;
  nearest?: string;
}

/** All mistakes of a profile as one error, with a message of one block a mistake, in the order of the file. */
export function invalidProfile(file: string, problems: Problem[]): LevitateError {
  const errors = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const title = errors.length === 1 ? 'is not valid' : `has ${errors.length} mistakes`;
  return new LevitateError(
    'PROFILE_INVALID',
    [`${file} ${title}:`, ...errors.map(block)].join('\n'),
    {
      data: { errors },
    },
  );
}

function block({ file, line, column, path, expected, found, nearest }: Problem): string {
  const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  const lines = [`${file}:${line}:${column}: ${path || 'the profile'}: found ${found}${meant}`];
  return [...lines, `    expected ${expected}`].join('\n');
}

/** A key path as people write it. */
export const pathText = (path: (string | number)[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[\w-]+$/.test(key)) return `${text}["${key}"]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
