/** Any text as one word of a POSIX shell, always in quotes. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** `NAME='value'` lines for a POSIX shell. */
export const assignments = (values: Record<string, string | number>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${shellWord(String(value))}`);

/** Quotes a word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[A-Za-z0-9_\-./:=@%+,]+$/.test(word) ? word : shellWord(word);

/** A command as a POSIX shell runs it, whatever the login's own shell takes for a command: one word of csh, fish or rbash. */
export const inShell = (command: string): string => `sh -c ${shellWord(command)}`;
