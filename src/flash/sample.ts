/** How many chunks are looked at before it is decided whether to compare the rest. */
const sampleSize = 16;

/**
 * Picks chunks of a medium that are spread over it. The first one is not among them where there are others: a write makes it
 * invalid first and writes it last, while the second one tells of a write that was cut off. Pure.
 * @param count chunks of the image
 */
export function sampleOf(count: number, size = sampleSize): number[] {
  if (count <= 1) return count === 1 ? [0] : [];
  const last = count - 1;
  const picked = Math.min(size, last);
  if (picked === 1) return [last];
  const step = (last - 1) / (picked - 1);
  return Array.from({ length: picked }, (_, nth) => 1 + Math.round(nth * step));
}

/** What a comparison has come to so far. */
export interface Compared {
  /** Chunks that were compared, and how many of them differ. */
  chunks: number;
  differing: number;
  /** Seconds that reading a chunk takes, and that sending and writing one takes; the second is missing before one was written. */
  readSeconds: number;
  writeSeconds?: number | undefined;
}

/**
 * Tells whether comparing is slower than writing all the rest. A chunk that is compared is read, and if it differs it is
 * written and read back; one that is not compared is written and read back in any case. Pure.
 */
export function isComparingSlower({
  chunks,
  differing,
  readSeconds,
  writeSeconds,
}: Compared): boolean {
  if (chunks < sampleSize) return false;
  const share = differing / chunks;
  if (share === 1) return true;
  if (writeSeconds === undefined) return false;
  const written = writeSeconds + readSeconds;
  return readSeconds + share * written > written;
}
