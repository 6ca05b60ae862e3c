/**
 * Control, format and other invisible characters of Unicode: escape sequences, C1, direction marks, zero width. A line
 * end and a tab are the only ones that a text for people may keep.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text that cannot steer a terminal: what would is shown as its number, as in `\x1b` or `\u{202e}`.
 * @param keep characters that stay as they are
 */
export const printable = (text: string, keep = '\t'): string =>
  text.replace(invisible, (one) => (keep.includes(one) ? one : shown(one.codePointAt(0)!)));

const shown = (code: number): string =>
  code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;

/** A value as JSON on one line, which no terminal takes for orders either: RFC 8259 lets every character be escaped. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(invisible, (one) =>
    [...Array(one.length).keys()]
      .map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Whether the locale (locale(7)) has characters beyond ASCII as UTF-8. */
export const isUtf8 = (env: NodeJS.ProcessEnv): boolean =>
  /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');

const substitutes: Record<string, string> = { '…': '...', '→': '->', '·': '-', '§': 'section ' };

/** A text without characters beyond ASCII, for locales that have none: what has no substitute is shown as its number. */
export const inAscii = (text: string): string =>
  text.replace(/[^\x00-\x7f]/gu, (one) => substitutes[one] ?? shown(one.codePointAt(0)!));
