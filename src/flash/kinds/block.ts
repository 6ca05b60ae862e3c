import { Type } from '@sinclair/typebox';
import { AbsolutePath, about, strict } from '../../shared/schema-common.js';
import { bootPartitionOutlook, firstMiB, isBootPartition } from '../boot-partition.js';
import { planChunksAndZeros } from '../chunks.js';
import { compareChunks } from '../compare-chunks.js';
import { diskOrPartitionRefusal } from '../block-refusals.js';
import { formatBytes } from '../../shared/format-bytes.js';
import type { ImageIndex } from '../../image/image.js';
import { onDisk } from '../keep-place.js';
import type { Outlook, TargetFacts, TargetKind } from '../kind.js';
import { unprotected } from '../unprotected.js';
import { verifyChunks } from '../verify-chunks.js';
import { writeChunks } from '../write-chunks.js';

const form = Type.Object(
  { block: about('a whole disk or a partition, by its device node', AbsolutePath) },
  { ...strict, title: 'whole disk or partition node' },
);

/** A whole disk or a partition, given by its device node: only the chunks that differ are written. */
export const block: TargetKind<typeof form> = {
  name: 'block',
  form,
  places: {
    disk: 'a whole disk, { block: /dev/… }',
    partition: 'a partition, { block: /dev/… }',
  },
  programs: [],
  kernel: [],
  args: (spec) => [spec.block],
  check: diskOrPartitionRefusal,
  keepPlace: onDisk,
  outlook: (image, facts) =>
    isBootPartition(facts)
      ? bootPartitionOutlook(facts)
      : facts.partition
        ? ofPartition(facts)
        : ofDisk(image, facts),
  compare: compareChunks,
  plan: (image, onMedium, node, facts) =>
    unprotected(planChunksAndZeros(image, onMedium, node), node, facts),
  write: writeChunks,
  verify: verifyChunks,
};

const ofPartition = ({ name, within }: TargetFacts): Outlook => ({
  lost: [`all that is in ${name}`],
  kept: [`the partition table, and the other partitions of ${within || 'the disk'}`],
  cut: `${firstMiB} What boots from this partition does not boot then.`,
});

const ofDisk = ({ length }: ImageIndex, { name, size }: TargetFacts): Outlook => ({
  lost: [
    `all that is on ${name}: its partitions, with the settings, accounts and host keys in them`,
  ],
  kept: [
    'other disks',
    ...(length < size
      ? [
          `the bytes behind the ${formatBytes(length)} of the image, which no partition table leads to any more`,
        ]
      : []),
  ],
  cut: `${firstMiB} What boots from this disk does not boot then.`,
});
