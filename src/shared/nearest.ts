/**
 * Finds the known word that a person most likely meant.
 * @returns undefined when nothing is near: more than a third of the letters would have to change.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    // Each letter more or less is a change: a word of another length is far, however long it is.
    if (Math.abs(word.length - candidate.length) > tolerance(candidate)) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= tolerance(best) ? best : undefined;
}

const tolerance = (word: string): number => Math.max(1, Math.ceil(word.length / 3));

/** Levenshtein distance with a swap of neighbours counted once. */
export function editDistance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(current[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
