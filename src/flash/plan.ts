import { chunkSize, type ImageIndex } from '../image/image.js';
import type { TargetFacts, TargetKind } from './target.js';

/** One step of writing a target. Every step says what it touches and whether the old system survives it. */
export type Step = {
  /** The device node that is written to, or null where nothing is. */
  touches: string | null;
  /** Whether rebooting into the old system is still right after this step. */
  undoable: boolean;
  /** Bytes that the step reads, sends or writes. */
  bytes: number;
} & (
  | { do: 'invalidate'; chunk: number }
  | { do: 'write'; chunks: number[] }
  | { do: 'finish' }
  | { do: 'verify'; how: 'chunks' | 'body' }
);

export interface FlashPlan {
  target: string;
  node: string;
  image: string;
  /** The checksums that agreed with the image, for people; empty where nothing tells whether it is damaged. */
  protectedBy: string[];
  /** Bytes of the image, decompressed. */
  length: number;
  /** Bytes that differ from what is on the medium and will be sent. */
  sendBytes: number;
  steps: Step[];
}

/**
 * Turns an image and what is on the medium into steps. Pure.
 *
 * Chunks that are there already are not sent. The first chunk holds what a boot loader looks at: it is made invalid
 * before anything else changes and written last, so that a half-written system never looks bootable.
 * @param onMedium SHA-256 of each chunk as it is on the medium; empty where the kind can't be compared
 */
export function planFlash(
  target: string,
  kind: TargetKind,
  facts: TargetFacts,
  image: ImageIndex,
  onMedium: readonly string[],
): FlashPlan {
  const bytesOf = (chunk: number) => Math.min(chunkSize, image.length - chunk * chunkSize);
  const all = image.chunks.map((_, index) => index);
  const chunks =
    kind.write === 'stream' ? all : all.filter((index) => image.chunks[index] !== onMedium[index]);
  const steps: Step[] = [];
  const writes = { touches: facts.node, undoable: false };
  if (chunks.length > 0 && kind.write === 'stream') {
    steps.push({ do: 'write', chunks, bytes: image.length, ...writes });
  } else if (chunks.length > 0) {
    const rest = chunks.filter((index) => index !== 0);
    const total = rest.reduce((sum, index) => sum + bytesOf(index), 0);
    steps.push({ do: 'invalidate', chunk: 0, bytes: bytesOf(0), ...writes });
    if (rest.length > 0) steps.push({ do: 'write', chunks: rest, bytes: total, ...writes });
    steps.push({ do: 'write', chunks: [0], bytes: bytesOf(0), ...writes });
  }
  if (steps.length > 0) steps.push({ do: 'finish', bytes: 0, ...writes });
  steps.push({
    do: 'verify',
    how: kind.readBack,
    bytes: image.length,
    touches: null,
    undoable: steps.length === 0,
  });
  return {
    target,
    node: facts.node,
    image: image.path,
    protectedBy: image.protectedBy,
    length: image.length,
    sendBytes: steps.reduce((sum, step) => sum + (step.do === 'write' ? step.bytes : 0), 0),
    steps,
  };
}
