import type { JsonSchema } from './expectation.js';
import { nearest } from '../shared/nearest.js';

/**
 * Picks the branch of an `anyOf` that the author most likely meant, by the keys that they wrote.
 * @returns undefined when no branch is meant more than another; all of them are then named to the person.
 */
export function bestBranch(union: JsonSchema, value: unknown): JsonSchema | undefined {
  const branches = (union.anyOf ?? []).filter((branch) => sameKind(branch, value));
  if (branches.length === 1 && branches[0]!.const === undefined) return branches[0];
  if (!isMap(value)) return undefined;
  const scored = branches
    .map((branch) => ({ branch, score: score(branch, Object.keys(value)) }))
    .sort((a, b) => b.score - a.score);
  const [first, second] = scored;
  return first && first.score > (second?.score ?? 0) ? first.branch : undefined;
}

/** A key that is there counts most, a misspelt one a little less; it weighs more where it is required. */
function score({ properties = {}, required = [] }: JsonSchema, keys: string[]): number {
  const known = Object.keys(properties);
  return keys.reduce((sum, key) => {
    const meant = known.includes(key) ? key : nearest(key, known);
    if (meant === undefined) return sum;
    return sum + (meant === key ? 4 : 3) + (required.includes(meant) ? 1 : 0);
  }, 0);
}

function sameKind(branch: JsonSchema, value: unknown): boolean {
  if (branch.type === 'object') return isMap(value);
  if (branch.type === 'array') return Array.isArray(value);
  if (branch.type === 'integer') return typeof value === 'number';
  return branch.type === typeof value;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
