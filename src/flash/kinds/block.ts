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
import type { Context, Job, Outlook, TargetFacts, TargetKind } from '../kind.js';
import { cutStages, rescueSentences, withRescue } from '../rescue/words.js';
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
  plan: (image, onMedium, node, facts) => {
    const steps = unprotected(planChunksAndZeros(image, onMedium, node), node, facts);
    const { powerCut } = facts;
    return powerCut?.leadsTo === 'rescue' ? withRescue(steps, node, powerCut) : steps;
  },
  write: writeChunks,
  verify: async (context, job, lease) => {
    const verified = await verifyChunks(context, job, lease);
    await endRescue(context, job, lease);
    return verified;
  },
} satisfies TargetKind<typeof form>;

const ofPartition = (facts: TargetFacts): Outlook => ({
  lost: [`all that is in ${facts.name}`],
  kept: [
    ...keptSentences(facts),
    `the partition table, and the other partitions of ${facts.within || 'the disk'}`,
  ],
  cut: cut(facts, 'What boots from this partition does not boot then.'),
  cutLeaves: 'nothing',
});

/** Takes the rescue away when the disk starts what was read back. */
async function endRescue({ flasher }: Context, job: Job, lease: number): Promise<void> {
  const { state, facts } = job;
  if (facts.powerCut?.leadsTo !== 'rescue' || state.rescueEnded) return;
  await flasher.endRescue(lease);
  state.rescueEnded = true;
}

const ofDisk = ({ length }: ImageIndex, facts: TargetFacts): Outlook => ({
  lost: [
    `all that is on ${facts.name}: its partitions, with the settings, accounts and host keys in them`,
    ...(facts.powerCut?.leadsTo === 'rescue'
      ? [
          `behind the image what is in the ${formatBytes(facts.powerCut.length)} at ${formatBytes(facts.powerCut.offset)}, which the rescue takes${withinWords(facts.powerCut)}`,
        ]
      : []),
  ],
  kept: [
    ...keptSentences(facts),
    'other disks',
    ...(length < facts.size
      ? [
          `${facts.powerCut?.leadsTo === 'rescue' ? 'the other bytes' : 'the bytes'} behind the ${formatBytes(length)} of the image, which no partition table leads to any more`,
        ]
      : []),
  ],
  ...(facts.powerCut?.leadsTo === 'rescue'
    ? { cut: rescueSentences(facts.powerCut), cuts: cutStages(facts.powerCut) }
    : {
        cut: cut(facts, 'What boots from this disk does not boot then.'),
        cutLeaves: 'nothing' as const,
      }),
});

const withinWords = ({ within }: { within: string[] }): string =>
  within.length > 0 ? `, in ${within.join(' and ')}` : '';

const cut = (facts: TargetFacts, then: string): string =>
  [
    firstMiB,
    then,
    ...keptCut(facts),
    ...(facts.powerCut?.leadsTo === 'nothing'
      ? [`There is no rescue: ${facts.powerCut.why}.`]
      : []),
  ].join(' ');
