/** One thing that is wrong with a profile, before it has a place in a file. */
export interface Violation {
  /** The key path; numbers are positions in a list. */
  path: (string | number)[];
  /** Whether the key itself is wrong or what stands behind it. */
  at: 'key' | 'value';
  expected: string;
  found: string;
  nearest?: string;
  /** Whether the text as it stands in the file would do, if YAML took it for text. */
  asText?: (text: string) => boolean;
}

/** Describes a value for a message: short, and never a key's or a password's text. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0
      ? 'an empty map'
      : `a map with ${keys.slice(0, 4).map(shortened).join(', ')}`;
  }
  if (typeof value !== 'string') return String(value);
  if (/PRIVATE KEY/.test(value)) return shortened(value);
  return JSON.stringify(shortened(value));
}

/** A word of a profile, as long as a message may bear, and never a key's or a password's text. */
export function shortened(text: string): string {
  if (/PRIVATE KEY/.test(text)) return 'a private key (not shown)';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A value that is well formed and makes no sense where it stands. */
export const wrong = (path: Violation['path'], expected: string, value: unknown): Violation => ({
  path,
  at: 'value',
  expected,
  found: describeValue(value),
});
