/** Any text as one word of a POSIX shell, always in quotes. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** `NAME='value'` lines for a POSIX shell. */
export const assignments = (values: Record<string, string | number>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${shellWord(String(value))}`);

/** Quotes a word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[A-Za-z0-9_\-./:=@%+,]+$/.test(word) ? word : shellWord(word);

/** What single quotes do not keep in every shell: fish knows escapes in them, csh no newline and its history. */
const unkept = /[\\'!\n]/g;
const decoding = `sh -c 'eval "set --; $(printf %b "$1")"' sh '`;

/**
 * A command as a POSIX shell runs it, whatever the login's own shell takes for a command: csh, fish and rbash take this one.
 * What they would not keep goes as octal numbers, which printf(1p) with %b decodes.
 */
export const inShell = (command: string): string =>
  command.search(unkept) === -1
    ? `sh -c '${command}'`
    : `${decoding}${command.replace(unkept, (one) => `\\0${one.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`;

/** The command of `inShell`, for people. */
export const outOfShell = (command: string): string =>
  command.startsWith(decoding)
    ? command
        .slice(decoding.length, -1)
        .replace(/\\0(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
    : command;

/** Bytes as the format of printf(1) takes them: each as three octal digits. */
export const inOctal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
