import type { ReplyOf } from '../protocol/replies.js';
import type { ErrorCode } from '../errors.js';
import type { ImageIndex } from '../image/image.js';
import type { TargetSpec } from '../profile/schema.js';
import { block } from './kinds/block.js';
import { mtd } from './kinds/mtd.js';
import { partition } from './kinds/partition.js';
import { ubi } from './kinds/ubi.js';
import { ubiVolume } from './kinds/ubi-volume.js';

/** What the flasher knows of a target on this device; sizes are bytes. */
export type TargetFacts = Omit<ReplyOf<'target'>, 'type'>;

/** Why an image can't go to a target. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** A kind of target, seen from the host; `initramfs/root/usr/lib/levitate/flasher/kinds/` holds its other half. */
export interface TargetKind {
  /** The flasher's name for it. */
  name: string;
  /** The flasher's arguments if the profile's entry is of this kind. */
  args(spec: TargetSpec): string[] | undefined;
  /** Why this image must not be written here, or nothing. Pure. */
  refusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined;
  /** Chunks in any order, compared first; or one stream from the first byte to the last. */
  write: 'chunks' | 'stream';
  /** Read back chunk by chunk, or as a layout whose erase counter headers may differ. */
  readBack: 'chunks' | 'body';
  /** Whether the erase counters of the MTD below are to be compared. */
  counters: boolean;
}

/** Every kind of target; adding one is a file under `kinds/` and a line here. */
export const targetKinds: TargetKind[] = [block, partition, mtd, ubi, ubiVolume];

/** The kind of a profile's target and the flasher's arguments for it. */
export function targetOf(spec: TargetSpec): { kind: TargetKind; args: string[] } {
  for (const kind of targetKinds) {
    const args = kind.args(spec);
    if (args) return { kind, args: [kind.name, ...args] };
  }
  throw new Error(`no target kind takes ${JSON.stringify(spec)}`);
}
