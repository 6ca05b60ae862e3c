import { FleetError } from '../errors.js';

/** One mistake in a file, with its place where the file has places. */
export interface Mistake {
  /** The name of the file. */
  file: string;
  /** Counted from 1. */
  line?: number;
  /** Counted from 1. */
  column?: number;
  /** What is wrong, such as `devices.hall-1.mac`. */
  path: string;
  /** What stands there. */
  found: string;
  /** What may stand there. */
  expected: string;
  /** The known word that was probably meant. */
  nearest?: string;
}

/** Mistakes that are told; more help nobody. */
const most = 100;

/** All mistakes of a file as one failure, a block for each. */
export function invalidFile(
  code: 'INVENTORY_INVALID' | 'ROLLOUT_INVALID',
  file: string,
  mistakes: readonly Mistake[],
): FleetError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  const some = mistakes.length > most ? `, of which these are ${most}` : '';
  const blocks = mistakes.slice(0, most).map(block);
  return new FleetError(code, [`${file} has ${count}${some}:`, ...blocks].join('\n'));
}

function block({ file, line, column, path, found, expected, nearest }: Mistake): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return `${place}: ${path || 'the file'}: found ${found}${meant}\n    expected ${expected}`;
}
