import type { ImageIndex } from '../image/image.js';
import { compareCounters, inspectCounters } from './erase-counters.js';
import type { Job, Outlook, Refusal, TargetFacts, TargetKind } from './kind.js';
import { chunksOf } from './pieces.js';
import { volumePrograms } from './programs.js';
import { elsewhere, packedKernel, archiveElsewhere, unknownContent } from './refusals.js';
import { commitVolumes } from './rest-volume.js';
import { compareStream, planStream, writeStream } from './stream.js';
import { verifyPieces } from './verify.js';
import { eraseblocks, freeWords, lebsOf, volumeWay, type Sizing } from './volume-way.js';
import { planBeside, verifyBeside, writeBeside } from './write-beside.js';

/** What kinds of targets that are one UBI volume have in common. */
export type VolumeKind = Required<
  Pick<
    TargetKind,
    | 'programs'
    | 'kernel'
    | 'check'
    | 'outlook'
    | 'inspect'
    | 'takes'
    | 'compare'
    | 'plan'
    | 'write'
    | 'verify'
    | 'waits'
    | 'commit'
  >
>;

/**
 * Gives what is common to kinds of targets that are one volume of an existing UBI device: a new one is written beside it and takes its
 * name, or it is written in place. ubiupdatevol writes it; UBI itself keeps the erase counters. Pure.
 * @param sizing how large the new volume is
 */
export function volumeKind(sizing: Sizing): VolumeKind {
  const isBeside = ({ image, facts }: Pick<Job, 'image' | 'facts'>): boolean =>
    volumeWay(image, facts, sizing).beside;
  /** Whether the job writes something, and that beside its volume. */
  const wroteBeside = (job: Job): boolean => job.state.write !== 'none' && isBeside(job);
  return {
    programs: volumePrograms,
    kernel: ['ubi'],
    check: (image, facts) => misfit(image, facts, sizing),
    outlook: (image, facts) => outlook(image, facts, sizing),
    inspect: inspectCounters,
    takes: (image, facts) => volumeWay(image, facts, sizing).takes,
    compare: async (context, job) => {
      await compareStream(context, job, chunksOf(job.image));
      const { state } = job;
      if (state.way.way === 'full')
        state.way.why += `, ${volumeWay(job.image, job.facts, sizing).why}`;
    },
    plan: (image, onMedium, node, facts) =>
      isBeside({ image, facts })
        ? planBeside(image, onMedium, node, node.replace(/_\d+$/, ''))
        : planStream(image, onMedium, node, 'chunks'),
    write: (context, job, lease) =>
      (isBeside(job) ? writeBeside : writeStream)(context, job, lease),
    verify: async (context, job, lease) => {
      if (wroteBeside(job)) {
        await verifyBeside(context, job);
        return {};
      }
      await verifyPieces(context, job, lease, chunksOf(job.image));
      return { counters: await compareCounters(context, job) };
    },
    waits: wroteBeside,
    commit: commitVolumes,
  };
}

function outlook(image: ImageIndex, facts: TargetFacts, sizing: Sizing): Outlook {
  const { name, leftovers = [] } = facts;
  const { beside, why, takes } = volumeWay(image, facts, sizing);
  return {
    lost: [
      `all that is in ${name}`,
      ...leftovers.map((volume) => `the volume ${volume}, which an interrupted run has left`),
    ],
    kept: [
      'the other volumes of this UBI, and the erase counters',
      'the MTDs that share no flash with it',
    ],
    ...(beside
      ? {
          cut: `It does no harm: the new content is written ${why}, and takes its place in one step after it was read back. Until then the old system starts, then the new one.`,
        }
      : {
          cut: `The volume is written ${why}${takes > 0 ? `, and grows by ${eraseblocks(takes)}` : ''}. UBI takes it for one whose update has not ended: nothing mounts it until it is written again.`,
          cutLeaves: 'nothing' as const,
        }),
  };
}

function misfit(image: ImageIndex, facts: TargetFacts, sizing: Sizing): Refusal | undefined {
  const archive = archiveElsewhere(image, facts);
  if (archive) return archive;
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
    noRoom(image, facts, sizing) ??
    unknownContent(image, facts) ??
    elsewhere(image, facts, 'ubi-volume') ??
    packedKernel(image, facts)
  );
}

/** A volume grows into what is free on its UBI. */
function noRoom(image: ImageIndex, facts: TargetFacts, sizing: Sizing): Refusal | undefined {
  const { name, size, free_lebs: free = 0 } = facts;
  const { takes } = volumeWay(image, facts, sizing);
  if (takes <= free) return undefined;
  const { own, needed } = lebsOf(image, facts);
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `the image has ${image.length} bytes, ${name} has ${size}: it needs ${eraseblocks(needed)}, the volume has ${own}, and on its UBI ${freeWords(facts)}`,
  };
}
