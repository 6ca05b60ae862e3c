import { Type } from '@sinclair/typebox';

/**
 * The schema of one fact: of the text of each of its values.
 * @param description what it tells, and the words that a value consists of
 * @param pattern what every value must match; without it any text on one line
 */
export const fact = (description: string, pattern?: RegExp) =>
  Type.String({ description, ...(pattern ? { pattern: pattern.source } : {}) });

/** `yes` where it is so; nothing, or `no`, where it is not. */
export const yes = (description: string) => fact(`whether ${description}: yes`, /^(yes|no)$/);

/** Whole numbers are decimal. */
export const number = (description: string) => fact(description, /^[0-9]+$/);
