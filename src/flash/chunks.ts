import { chunkBytes, type ImageIndex } from '../image/image.js';
import { isZeros } from '../image/zeros.js';
import { completeSteps, type OnMedium, type Step } from './steps.js';

/**
 * Plans to write the chunks that differ. The first chunk holds what a boot loader looks at: it is made invalid before
 * anything else changes and written last, so that a half-written system never looks bootable. Pure.
 */
export const planChunks = (image: ImageIndex, onMedium: OnMedium, node: string): Step[] =>
  planned(image, onMedium, node, () => false);

/** The same for a medium on which the device can write zeros that were not sent. Pure. */
export const planChunksAndZeros = (image: ImageIndex, onMedium: OnMedium, node: string): Step[] =>
  planned(image, onMedium, node, (index) => isZeros(image, index));

function planned(
  image: ImageIndex,
  onMedium: OnMedium,
  node: string,
  isZero: (index: number) => boolean,
): Step[] {
  const bytesOf = (indexes: number[]) =>
    indexes.reduce((sum, index) => sum + chunkBytes(image.length, index), 0);
  const change = { touches: node, undoable: false };
  const differ = [...image.chunks.keys()].filter(
    (index) => image.chunks[index] !== onMedium.chunks[index],
  );
  const rest = differ.filter((index) => index !== 0);
  const zeros = rest.filter(isZero);
  const others = rest.filter((index) => !isZero(index));
  const some = (what: 'zero' | 'write', chunks: number[]): Step[] =>
    chunks.length === 0 ? [] : [{ do: what, chunks, bytes: bytesOf(chunks), ...change }];
  const writes: Step[] =
    differ.length === 0
      ? []
      : [
          { do: 'invalidate', chunk: 0, bytes: bytesOf([0]), ...change },
          ...some('zero', zeros),
          ...some('write', others),
          ...some('write', [0]),
        ];
  return completeSteps(writes, onMedium, node, { how: 'chunks', bytes: image.length });
}
