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
  | { do: 'clear'; what: string; offset: number }
  | { do: 'verify'; how: 'chunks' | 'body' }
);

/** What an image that is shorter than its target would leave alive behind its end. Bytes from the target's beginning. */
export interface Remain {
  what: string;
  offset: number;
  bytes: number;
}

/** A partition of the table that the image replaces, which does not lie within the image. */
export interface LostPartition {
  node: string;
  label: string;
  offset: number;
  bytes: number;
}

/** What there is behind an image's end. */
export interface Behind {
  remains: Remain[];
  lost: LostPartition[];
}

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
  /** Partitions that go with the table that the image replaces, beyond what it overwrites. */
  lost: LostPartition[];
}

/**
 * Turns an image and what is on the medium into steps. Pure.
 *
 * Chunks that are there already are not sent. The first chunk holds what a boot loader looks at: it is made invalid
 * before anything else changes and written last, so that a half-written system never looks bootable.
 * What the old content would leave alive behind the image's end is cleared when the image is there.
 * @param onMedium SHA-256 of each chunk as it is on the medium; empty where a stream has to be sent
 */
export function planFlash(
  target: string,
  kind: TargetKind,
  facts: TargetFacts,
  image: ImageIndex,
  onMedium: readonly string[],
  { remains, lost }: Behind = { remains: [], lost: [] },
): FlashPlan {
  const bytesOf = (chunk: number) => Math.min(chunkSize, image.length - chunk * chunkSize);
  const all = image.chunks.map((_, index) => index);
  const differ = all.filter((index) => image.chunks[index] !== onMedium[index]);
  const chunks = kind.write === 'stream' && differ.length > 0 ? all : differ;
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
  for (const remain of remains) steps.push({ do: 'clear', ...remain, ...writes });
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
    lost,
  };
}

/** What a person is told of what lies behind the end of an image for a target, a sentence each. */
export function behindTheEnd(target: string, { remains, lost }: Behind): string[] {
  return [
    ...lost.map(
      ({ node, label, offset, bytes }) =>
        `${target}: ${node}${label ? ` (${label})` : ''} of ${bytes} bytes at ${offset} goes with the table that the image replaces: it ends behind the image.`,
    ),
    ...remains.map(
      ({ what, offset, bytes }) =>
        `${target}: what was there before leaves a ${what} behind the image, ${bytes} bytes at ${offset}, which would be taken for the new system's: it is cleared.`,
    ),
  ];
}
