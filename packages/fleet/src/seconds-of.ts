const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A length of time in seconds, such as 90 of `90s`; a schema has checked the text. Pure. */
export const secondsOf = (text: string): number =>
  Number.parseInt(text, 10) * (units[text.at(-1)!] ?? 1);
