import { LevitateError } from '../errors.js';

/**
 * Where in the stored file the damage is, in bytes from its beginning: at a byte, or somewhere before one; undefined where
 * that is not known.
 */
type Offset = number | { before: number } | undefined;

/** The error for a file that ends before its content does. */
export const truncated = (path: string, what: string, at: Offset, cause?: unknown): LevitateError =>
  new LevitateError('IMAGE_TRUNCATED', `the image ${path} is cut short: ${what}${where(at)}`, {
    hint: 'Copy or download it again, and compare its size with the original.',
    cause,
    data: dataOf(path, at),
  });

/** The error for content that is damaged. */
export const corrupt = (path: string, what: string, at: Offset, cause?: unknown): LevitateError =>
  new LevitateError('IMAGE_CORRUPT', `the image ${path} is damaged: ${what}${where(at)}`, {
    hint: 'Copy or download it again, and compare its checksum with the original.',
    cause,
    data: dataOf(path, at),
  });

/** The error for a file in which something else than padding follows its compressed data. */
export const trailing = (path: string, compression: string, at: Offset): LevitateError =>
  corrupt(path, `there is something else after the end of the ${compression} data`, at);

/** The error for content that has another checksum than its own header says. */
export const wrongCrc = (path: string, what: string): LevitateError =>
  new LevitateError('IMAGE_CORRUPT', `the image ${path} is damaged: ${what}`, {
    hint: 'Copy or download it again, and compare its checksum with the original. mkimage -l shows the header. If it is meant to be so, say so with the decompressed file: TARGET=raw:FILE.',
    data: { path },
  });

/** The error for content that may be sound, but that levitate cannot use as it is. */
export const unsupported = (
  path: string,
  what: string,
  hint: string,
  cause?: unknown,
): LevitateError =>
  new LevitateError('IMAGE_FORMAT', `the image ${path} cannot be used: ${what}`, {
    hint,
    cause,
    data: { path },
  });

const where = (at: Offset): string => {
  if (at === undefined) return '';
  return typeof at === 'number'
    ? ` (at byte ${at} of the file)`
    : ` (before byte ${at.before} of the file)`;
};

const dataOf = (path: string, at: Offset): { path: string; offset?: number } =>
  at === undefined ? { path } : { path, offset: typeof at === 'number' ? at : at.before };
