/** What several parts of the profile's schema are made of. */
import { Type, type TSchema } from '@sinclair/typebox';

/** Unknown keys are errors. */
export const strict = { additionalProperties: false };
export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** A length of time with its unit: `500ms`, `90s`, `3m`, `1h`. */
export const durationPattern = '^[0-9]+(ms|s|m|h)$';
/** An amount of memory with its unit: `512KiB`, `8MiB`, `1GiB`. */
export const sizePattern = '^[0-9]+(KiB|MiB|GiB)$';

export const Duration = Type.String({
  pattern: durationPattern,
  description: 'a length of time with its unit, such as 30s, 3m or 1h',
});
export const Size = Type.String({
  pattern: sizePattern,
  description: 'a size with its unit, such as 512KiB or 8MiB',
});
const namePattern = '^[a-z0-9][a-z0-9-]*$';
export const Name = Type.String({
  pattern: namePattern,
  maxLength: 63,
  description: 'lower-case letters, digits and dashes',
});
export const absolutePathPattern = '^(/[A-Za-z0-9_.:+@-]+)+$';
export const AbsolutePath = Type.String({
  pattern: absolutePathPattern,
  description: 'an absolute path, such as /dev/mmcblk0',
});
/** Text on one line. */
export const Line = (description: string) =>
  Type.String({ minLength: 1, pattern: '^[^\\x00-\\x1f]+$', description });
