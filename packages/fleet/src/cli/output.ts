/** The one place of this package that writes to standard output and standard error. */

/** A text that cannot steer a terminal: what would is a question mark. */
const harmless = (text: string): string => text.replace(/[^\P{C}\n\t]/gu, '?');

/** Prints lines for people, or a text for programs. */
export const print = (...lines: string[]): void => {
  for (const line of lines) process.stdout.write(`${harmless(line)}\n`);
};

/** Prints one JSON value on a line. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Prints lines on standard error. */
export const complain = (...lines: string[]): void => {
  for (const line of lines) process.stderr.write(`${harmless(line)}\n`);
};

/** Lines of a table with columns as wide as what stands in them. Pure. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = head.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
