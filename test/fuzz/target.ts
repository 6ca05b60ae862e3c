import { isCode, LevitateError } from '../../src/errors.js';
import type { Random } from './random.js';

/** A reader of levitate that is given what it should not trust. */
export interface FuzzTarget {
  name: string;
  /**
   * Makes what the cases start from, once for each process.
   * @param folder for files; it is taken away at the end
   * @param atEnd is given what has to be done when the last case is over
   * @returns a function that makes a case and gives it to the reader
   */
  prepare(folder: string, atEnd: (work: () => Promise<unknown>) => void): Promise<Trial>;
}

/** One case: how it ended, in a word for the table; or it throws what it should not. */
export type Trial = (random: Random) => Promise<Outcome> | Outcome;

export interface Outcome {
  outcome: 'accepted' | 'refused';
  /** The input, to be kept where something is wrong with it. */
  input: string | Uint8Array;
}

/** What a reader did that it must never do. */
export class Finding extends Error {
  constructor(
    message: string,
    readonly input: string | Uint8Array,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Gives an input to a reader. A refusal is levitate's own error with a code for people; everything else is a finding.
 * @param check looks at what the reader made of an input that it took, and throws if that is wrong
 */
export async function judged<T>(
  input: string | Uint8Array,
  read: () => Promise<T> | T,
  check: (value: T) => Promise<void> | void = () => undefined,
  alsoRefusals: (new (...words: never[]) => Error)[] = [],
): Promise<Outcome> {
  let value: T;
  try {
    value = await read();
  } catch (error) {
    const refused =
      (error instanceof LevitateError && !isCode(error, 'INTERNAL')) ||
      alsoRefusals.some((kind) => error instanceof kind);
    if (refused) return { outcome: 'refused', input };
    throw new Finding(`it threw ${String(error)}`, input, error);
  }
  try {
    await check(value);
  } catch (error) {
    throw new Finding(error instanceof Error ? error.message : String(error), input, error);
  }
  return { outcome: 'accepted', input };
}
