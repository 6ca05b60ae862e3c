import { Type } from '@sinclair/typebox';
import { AbsolutePath, about, strict } from '../../shared/schema-common.js';
import { bootPartitionOutlook, firstMiB, isBootPartition } from '../boot-partition.js';
import { planChunksAndZeros } from '../chunks.js';
import { compareChunks } from '../compare-chunks.js';
import { diskOrPartitionRefusal } from '../block-refusals.js';
import { formatBytes } from '../../shared/format-bytes.js';
import type { ImageIndex } from '../../image/image.js';
import { onDisk } from '../keep-place.js';
import { KeptOnDisk, keepWords, keptCut, keptSentences } from '../kept-ranges.js';
import type { Outlook, TargetFacts, TargetKind } from '../kind.js';
import { unprotected } from '../unprotected.js';
import { verifyChunks } from '../verify-chunks.js';
import { writeChunks } from '../write-chunks.js';

const form = Type.Object(
  {
    block: about('a whole disk or a partition, by its device node', AbsolutePath),
    keep: KeptOnDisk,
  },
  { ...strict, title: 'whole disk or partition node' },
);

/** A whole disk or a partition, given by its device node: only the chunks that differ are written. */
export const block = {
  name: 'block',
  form,
  places: {
    disk: 'a whole disk, { block: /dev/… }',
    partition: 'a partition, { block: /dev/… }',
  },
  programs: [],
  kernel: [],
  args: (spec) => [spec.block],
  keeps: ({ keep }) => keepWords(keep),
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
} satisfies TargetKind<typeof form>;

const ofPartition = (facts: TargetFacts): Outlook => ({
  lost: [`all that is in ${facts.name}`],
  kept: [
    ...keptSentences(facts),
    `the partition table, and the other partitions of ${facts.within || 'the disk'}`,
  ],
  cut: cut(facts, 'What boots from this partition does not boot then.'),
});

const ofDisk = ({ length }: ImageIndex, facts: TargetFacts): Outlook => ({
  lost: [
    `all that is on ${facts.name}: its partitions, with the settings, accounts and host keys in them`,
  ],
  kept: [
    ...keptSentences(facts),
    'other disks',
    ...(length < facts.size
      ? [
          `the bytes behind the ${formatBytes(length)} of the image, which no partition table leads to any more`,
        ]
      : []),
  ],
  cut: cut(facts, 'What boots from this disk does not boot then.'),
});

const cut = (facts: TargetFacts, then: string): string =>
  [firstMiB, then, ...keptCut(facts)].join(' ');
