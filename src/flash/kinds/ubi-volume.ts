import { Type } from '@sinclair/typebox';
import type { ImageIndex } from '../../image/image.js';
import { Line, about, strict } from '../../shared/schema-common.js';
import { compareCounters, inspectCounters } from '../erase-counters.js';
import { MtdReference } from '../forms.js';
import { wholeImage } from '../keep-place.js';
import type { Job, Outlook, Refusal, TargetFacts, TargetKind } from '../kind.js';
import { chunksOf } from '../pieces.js';
import { volumePrograms } from '../programs.js';
import { elsewhere, packedKernel, treeElsewhere, unknownContent } from '../refusals.js';
import { compareStream, planStream, writeStream } from '../stream.js';
import { verifyPieces } from '../verify.js';
import { eraseblocks, lebsOf, shareRoom, volumeWay } from '../volume-way.js';
import { planBeside, swapAll, verifyBeside, writeBeside } from '../write-beside.js';

const form = Type.Object(
  {
    'ubi-volume': about('one volume of a UBI', Line('the name of a UBI volume')),
    on: about('the MTD that the UBI is on', MtdReference),
  },
  {
    ...strict,
    title: 'a volume on an existing UBI device',
    absent: {
      keep: 'no ranges that are kept: UBI moves what it holds, and an update of a volume is an update of all of it',
    },
  },
);

const isBeside = ({ image, facts }: Pick<Job, 'image' | 'facts'>): boolean =>
  volumeWay(image, facts).beside;
/** Whether the job writes something, and that beside its volume. */
const wroteBeside = (job: Job): boolean => job.state.write !== 'none' && isBeside(job);

/**
 * A volume of an existing UBI device: a new one is written beside it and takes its name, or it is written in place. ubiupdatevol
 * writes it; UBI itself keeps the erase counters.
 */
export const ubiVolume: TargetKind<typeof form> = {
  name: 'ubi-volume',
  form,
  places: { 'ubi-volume': 'a UBI volume, { ubi-volume: …, on: … }' },
  programs: volumePrograms,
  kernel: ['ubi'],
  args: (spec) => [spec['ubi-volume'], spec.on.mtd],
  check: misfit,
  keepPlace: (image, within) => wholeImage(image, within, ['ubifs']),
  outlook,
  inspect: inspectCounters,
  share: shareRoom,
  compare: async (context, job) => {
    await compareStream(context, job, chunksOf(job.image));
    const { state } = job;
    if (state.way.way === 'full') state.way.why += `, ${volumeWay(job.image, job.facts).why}`;
  },
  plan: (image, onMedium, node, facts) =>
    isBeside({ image, facts })
      ? planBeside(image, onMedium, node, node.replace(/_\d+$/, ''))
      : planStream(image, onMedium, node, 'chunks'),
  write: (context, job, lease) => (isBeside(job) ? writeBeside : writeStream)(context, job, lease),
  verify: async (context, job, lease) => {
    if (wroteBeside(job)) {
      await verifyBeside(context, job);
      return {};
    }
    await verifyPieces(context, job, lease, chunksOf(job.image));
    return { counters: await compareCounters(context, job) };
  },
  commit: (context, jobs, lease) => swapAll(context, jobs.filter(wroteBeside), lease),
};

function outlook(image: ImageIndex, facts: TargetFacts): Outlook {
  const { name, leftovers = [] } = facts;
  const { beside, why, takes } = volumeWay(image, facts);
  return {
    lost: [
      `all that is in ${name}`,
      ...leftovers.map((volume) => `the volume ${volume}, which an interrupted run has left`),
    ],
    kept: [
      'the other volumes of this UBI, and the erase counters',
      'the MTDs that share no flash with it',
    ],
    cut: beside
      ? `It does no harm: the new content is written ${why}, and takes its place in one step after it was read back. Until then the old system starts, then the new one.`
      : `The volume is written ${why}${takes > 0 ? `, and grows by ${eraseblocks(takes)}` : ''}. UBI takes it for one whose update has not ended: nothing mounts it until it is written again.`,
  };
}

function misfit(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  const tree = treeElsewhere(image, facts);
  if (tree) return tree;
  if (image.format === 'ubi' || image.format === 'disk') {
    return {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes what goes into one volume, the image is ${image.format === 'ubi' ? 'a whole UBI layout' : 'a disk'}`,
      hint: 'A ubinized image goes to a target of the form { ubi: { mtd: … } }.',
    };
  }
  if (image.ubifsLebSize !== undefined && image.ubifsLebSize !== facts.leb_size) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the UBIFS was made for LEBs of ${image.ubifsLebSize} bytes, ${facts.name} has ${facts.leb_size}`,
      hint: 'Make it anew: mkfs.ubifs -e.',
    };
  }
  return (
    noRoom(image, facts) ??
    unknownContent(image, facts) ??
    elsewhere(image, facts, 'ubi-volume') ??
    packedKernel(image, facts)
  );
}

/** A volume grows into what is free on its UBI. */
function noRoom(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  const { name, size, free_lebs: free = 0 } = facts;
  const { takes } = volumeWay(image, facts);
  if (takes <= free) return undefined;
  const { own, needed } = lebsOf(image, facts);
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `the image has ${image.length} bytes, ${name} has ${size}: it needs ${eraseblocks(needed)}, the volume has ${own}, and ${free} are free on its UBI`,
  };
}
