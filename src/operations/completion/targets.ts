import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Gives the names of a profile's targets, also of one that is not right yet; none where it cannot be read. */
export function targetsForCompletion(profile: string): string[] {
  try {
    const value = parse(readFileSync(profile, 'utf8')) as { flash?: { targets?: object } } | null;
    return Object.keys(value?.flash?.targets ?? {});
  } catch {
    return [];
  }
}
