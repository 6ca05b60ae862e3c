import type { ByteRange } from '../image/image.js';
import type { CutOutcome } from './rescue/plan.js';

/** One step of writing a target. Every step says what it touches and whether the old system survives it. */
export type Step = {
  /** The device node that is written to, or null where nothing is. */
  touches: string | null;
  /** Whether rebooting into the old system is still right after this step. */
  undoable: boolean;
  /** Bytes that the step reads, sends or writes. */
  bytes: number;
  /** Which system boots after a power cut in this step; absent where the disk has no rescue. */
  cut?: CutOutcome;
} & (
  | {
      /** The first chunk is made invalid, so that nothing takes a half-written target for a system. */
      do: 'invalidate';
      /** The number of that chunk. */
      chunk: number;
    }
  | {
      /** A file system is made; what was there before is gone. */
      do: 'make';
      /** Which one, by the kernel's name: `ext4`. */
      fileSystem: string;
    }
  | {
      /** Chunks that differ are sent and written. */
      do: 'write';
      /** Their numbers, counted from 0, in the order in which they are written. */
      chunks: number[];
    }
  | {
      /** Chunks of zeros that differ are written; they are not sent. */
      do: 'zero';
      /** Their numbers, counted from 0. */
      chunks: number[];
    }
  | {
      /** What was written is made to reach the medium. */
      do: 'finish';
    }
  | {
      /** A structure that the old system left behind the end of the image is overwritten. */
      do: 'clear';
      /** Its name for people, such as `backup GPT`. */
      what: string;
      /** Byte of the target at which it begins. */
      offset: number;
    }
  | {
      /** What was written is read back from the medium and compared with the image. */
      do: 'verify';
      /** Whether each byte is compared (`chunks`), a UBI layout without its erase counter headers (`body`), or file by file (`tree`). */
      how: ReadBack;
    }
  | {
      /** The write protection that the kernel keeps for the target is lifted: `force_ro` of a boot partition of an eMMC. */
      do: 'lift-protection';
    }
  | {
      /** That write protection is put back. A process that ends early puts it back as well. */
      do: 'restore-protection';
    }
  | {
      /** A rescue is written behind the image, and read back. */
      do: 'write-rescue';
      /** Byte of the target at which it begins. */
      offset: number;
    }
  | {
      /** The disk is made to start the rescue: by its first sector, or for UEFI by its partition table and the copy of that. */
      do: 'start-rescue';
    }
  | {
      /** The rescue is overwritten, because it has keys in it. */
      do: 'end-rescue';
      /** Byte of the target at which it begins. */
      offset: number;
    }
  | {
      /** What was written beside the target takes its place: UBI renames both volumes at once, and the old one is removed. */
      do: 'swap';
    }
  | {
      /** A volume whose room is needed is removed, with what it holds. */
      do: 'remove-volume';
      /** The name of the volume. */
      volume: string;
    }
  | {
      /** A volume is made anew, empty, with all that the others leave; where the root is a UBIFS, that grows instead. */
      do: 'make-volume';
      /** The name of the volume. */
      volume: string;
    }
  | {
      /** The content of a volume that the profile keeps is saved on this machine, whose copy is then the only one. */
      do: 'save';
      /** The name of the volume. */
      volume: string;
    }
  | {
      /** What was saved is written into the volume of this name, read back and compared. */
      do: 'restore';
      /** The name of the volume. */
      volume: string;
    }
);

/** How a target is read back: each byte, a UBI layout without its erase counter headers, or each file of a tree. */
export type ReadBack = 'chunks' | 'body' | 'tree';

/** A structure that an image shorter than its target leaves alive behind its end. Bytes from the target's beginning. */
export interface Remain {
  /** Its name for people, such as `backup GPT`. */
  what: string;
  /** Byte of the target at which it begins. */
  offset: number;
  /** Its length in bytes. */
  bytes: number;
}

/**
 * A partition of the present table, which the image replaces, that does not lie within the image. Bytes from the disk's
 * beginning.
 */
export interface LostPartition {
  /** Its device node. */
  node: string;
  /** Its GPT name; empty where it has none. */
  label: string;
  /** Byte of the disk at which it begins. */
  offset: number;
  /** Its length in bytes. */
  bytes: number;
}

/** What there is behind an image's end. */
export interface Behind {
  /** Structures of the old system that would be taken for the new one's. */
  remains: Remain[];
  /** Partitions that are lost with the partition table. */
  lost: LostPartition[];
}

/** What is known of a target's content, in the terms of the image that goes there. */
export interface OnMedium extends Behind {
  /** Hex SHA-256 of each chunk as it is on the medium; empty where nothing of it counts as being there. */
  chunks: string[];
}

/** Which way an image is written. */
export interface Way {
  /** `full` sends all of it, `delta` only what differs from what is on the medium. */
  way: 'full' | 'delta';
  /** Why: a sentence for people without a full stop, whose wording may change. */
  why: string;
}

/** What writing one target does, in the order in which it is done. */
export interface FlashPlan extends Way {
  /** Its name in the profile. */
  target: string;
  /** Its device node. */
  node: string;
  /** Path of the image's file. */
  image: string;
  /** The checksums that agreed with the image, for people; empty where nothing tells whether it is damaged. */
  protectedBy: string[];
  /** Bytes of the image, decompressed. */
  length: number;
  /** Bytes that differ from what is on the medium and are sent. */
  sendBytes: number;
  /** Ranges of the target that are never written, in bytes; none where all of it may be. */
  kept: ByteRange[];
  /** The steps, in the order in which they are done. */
  steps: Step[];
  /** Partitions that are lost with the table that the image replaces, beyond what it overwrites. */
  lost: LostPartition[];
}

/**
 * Completes the steps that write: what they begin is finished, what lies behind the image is cleared, and all is read back.
 * Pure.
 * @param writes the steps that send the image; none where it is on the medium already
 * @param read how the target is read back, and the bytes of the image
 */
export function completeSteps(
  writes: Step[],
  { remains }: Behind,
  node: string,
  read: { how: ReadBack; bytes: number },
): Step[] {
  const change = { touches: node, undoable: false };
  const changes: Step[] = [
    ...writes,
    ...(writes.length > 0 ? [{ do: 'finish' as const, bytes: 0, ...change }] : []),
    ...remains.map((remain) => ({ do: 'clear' as const, ...remain, ...change })),
  ];
  return [...changes, { do: 'verify', ...read, touches: null, undoable: changes.length === 0 }];
}
