import type { Context, Job } from './kind.js';

/**
 * Reads a chunk back from the medium, past every cache, and notes where it is that of the image. A chunk that is being read
 * already is not read twice. It is never asked for before the device has acknowledged the chunk, and the device reads in the
 * order in which it is asked: what it tells is what was written.
 * @throws LevitateError CONNECTION_LOST, VERIFY_FAILED where it cannot be read
 */
export function proveChunk(
  { flasher }: Context,
  { state, image }: Job,
  index: number,
): Promise<void> {
  const known = state.proving.get(index);
  if (known) return known;
  const proof = (async () => {
    try {
      const sha256 = await flasher.readChunk(image.length, index);
      if (sha256 === image.chunks[index]) state.proven.add(index);
      else state.wrong.add(index);
      state.progress += 1;
    } finally {
      state.proving.delete(index);
    }
  })();
  state.proving.set(index, proof);
  return proof;
}
