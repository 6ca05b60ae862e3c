const seconds = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;
const bytes = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Seconds of a duration that the schema has accepted, such as `3m`. */
export const toSeconds = (text: string): number => scale(text, seconds);

/** Bytes of a size that the schema has accepted, such as `8MiB`. */
export const toBytes = (text: string): number => scale(text, bytes);

function scale(text: string, units: Record<string, number>): number {
  const unit = text.replace(/^[0-9]+/, '');
  return Number.parseInt(text, 10) * units[unit]!;
}
