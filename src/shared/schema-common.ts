/** What several parts of the profile's schema are made of. */
import { Type, type TSchema } from '@sinclair/typebox';

/** Unknown keys are errors. */
export const strict = { additionalProperties: false };
/**
 * A schema with what it is for as its `title`, its unit and default included. What may be written stands in its `description`.
 */
export const about = <T extends TSchema>(title: string, schema: T): T => ({ ...schema, title });
/** A key that may be missing. */
export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** A length of time with its unit: `500ms`, `90s`, `3m`, `1h`. */
export const durationPattern = '^[0-9]+(ms|s|m|h)$';
/** An amount of memory with its unit: `512KiB`, `8MiB`, `1GiB`. */
export const sizePattern = '^[0-9]+(KiB|MiB|GiB)$';

/** A length of time with its unit. */
export const Duration = Type.String({
  pattern: durationPattern,
  description: 'a length of time with its unit, such as 30s, 3m or 1h',
});
/** A number of bytes with its unit. */
export const Size = Type.String({
  pattern: sizePattern,
  description: 'a size with its unit, such as 512KiB or 8MiB',
});
const namePattern = '^[a-z0-9][a-z0-9-]*$';
/** A name of one word. */
export const Name = Type.String({
  pattern: namePattern,
  maxLength: 63,
  description: 'lower-case letters, digits and dashes',
});
/** An absolute path without characters that a shell or a cpio archive could misread. */
export const absolutePathPattern = '^(/[A-Za-z0-9_.:+@-]+)+$';
/** A path on the device. */
export const AbsolutePath = Type.String({
  pattern: absolutePathPattern,
  description: 'an absolute path, such as /dev/mmcblk0',
});
/** Text on one line. */
export const Line = (description: string) =>
  Type.String({ minLength: 1, pattern: '^[^\\x00-\\x1f]+$', description });
