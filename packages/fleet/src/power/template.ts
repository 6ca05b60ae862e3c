/** What stands for a placeholder, by its name. */
export type PowerValues = Readonly<Record<string, string | undefined>>;

const placeholder = /\{([a-z][a-z-]*)(?::(url|quoted))?\}/g;

const encodings = {
  url: encodeURIComponent,
  quoted: (text: string) => text.replace(/[\\"]/g, '\\$&'),
  plain: (text: string) => text,
};

/** A text with its placeholders filled in; undefined where it names one that is not given. Pure. */
export function filled(text: string, values: PowerValues): string | undefined {
  let isWhole = true;
  const result = text.replace(placeholder, (_, name: string, encoding?: 'url' | 'quoted') => {
    const value = values[name];
    isWhole &&= value !== undefined;
    return encodings[encoding ?? 'plain'](value ?? '');
  });
  return isWhole ? result : undefined;
}

/** A text with those placeholders filled in that are given; others are no placeholders. Pure. */
export const filledWhereGiven = (text: string, values: PowerValues): string =>
  text.replace(placeholder, (whole) => filled(whole, values) ?? whole);

/** Lines with their placeholders filled in, without those that name one that is not given. Pure. */
export const filledLines = (lines: readonly string[], values: PowerValues): string[] =>
  lines.flatMap((line) => filled(line, values) ?? []);

/** The names of all placeholders of a text. Pure. */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name]) => name!);
