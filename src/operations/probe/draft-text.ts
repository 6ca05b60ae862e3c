import { stringify } from 'yaml';

/** Makes text from the device safe in a comment. */
export const said = (text: string): string =>
  text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '?');

/** A value as YAML on one line. */
export const scalar = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
