import { Type, type TSchema } from '@sinclair/typebox';

/** Bytes that one line of a device may have; the longest one is a profile. */
export const lineBytes = 1 << 20;

/** Text on one line. What a terminal would obey in it stays in it: only `cli/output.ts` writes, and shows that as numbers. */
export const text = (description: string) => Type.String({ description });
/** A list of texts. */
export const texts = (description: string) => Type.Array(Type.String(), { description });
/** Yes or no. */
export const flag = (description: string) => Type.Boolean({ description });
/** A number, an index or an amount of bytes that JavaScript can tell from its neighbours. */
export const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
/** Whole seconds; a clock that was set may make them negative. */
export const seconds = (description: string) =>
  Type.Integer({
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  });
/** A SHA-256 in lower-case hexadecimal digits. */
export const digest = (description: string) =>
  Type.String({ pattern: '^[0-9a-f]{64}$', description });

/** A value, or `null` where there is none. */
export const nullable = <T extends TSchema>(schema: T) =>
  Type.Union([Type.Null(), schema], { description: `${schema.description}, or null` });
