import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What of a profile has names for images; any of it may be missing, or be something else. */
interface Named {
  flash?: { targets?: object };
  boot?: { slots?: Record<string, { targets?: object }> };
}

/**
 * Gives the names that a profile has for images, those of slots first, also of one that is not right yet; none where it cannot be
 * read.
 */
export function targetsForCompletion(profile: string): string[] {
  try {
    const value = parse(readFileSync(profile, 'utf8')) as Named | null;
    const [slot] = Object.values(value?.boot?.slots ?? {});
    return [slot?.targets, value?.flash?.targets].flatMap((names) => Object.keys(names ?? {}));
  } catch {
    return [];
  }
}
