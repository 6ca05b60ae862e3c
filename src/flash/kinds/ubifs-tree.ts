import { Type } from '@sinclair/typebox';
import { Line, about, strict } from '../../shared/schema-common.js';
import { compareCounters, inspectCounters } from '../erase-counters.js';
import { MtdReference } from '../forms.js';
import { wholeImage } from '../keep-place.js';
import { shownName } from '../../image/tree/tar-entries.js';
import type { TreeIndex } from '../../image/tree/tree.js';
import type { Job, Outlook, Refusal, TargetFacts, TargetKind } from '../kind.js';
import { volumePrograms } from '../programs.js';
import { commitVolumes } from '../rest-volume.js';
import { writeStream } from '../stream.js';
import { compressedRefusal } from '../tree-room.js';
import { asLargeAsBoth, volumeWay, type VolumeWay } from '../volume-way.js';
import { beside, writeBeside } from '../write-beside.js';
import * as trees from '../write-tree.js';

const form = Type.Object(
  {
    'ubifs-tree': about(
      'the volume in which the file system is made',
      Line('the name of a UBI volume'),
    ),
    on: about('the MTD that the UBI is on', MtdReference),
  },
  {
    ...strict,
    title: 'a new UBIFS in an existing UBI volume, into which the files of a tar archive are put',
  },
);

/** Whatever is put into it, the volume keeps its size. */
const wayOf = (facts: TargetFacts): VolumeWay => volumeWay({ length: 0 }, facts, asLargeAsBoth);
const isBeside = ({ facts }: Pick<Job, 'facts'>): boolean => wayOf(facts).beside;

/**
 * A volume of an existing UBI device that is emptied, so that the kernel makes a UBIFS in it, into which a tree is put; beside the
 * old volume where there is room for that.
 */
export const ubifsTree: TargetKind<typeof form> = {
  name: 'ubifs-tree',
  form,
  places: { tree: 'a new UBIFS in a volume, { ubifs-tree: …, on: … }' },
  programs: volumePrograms,
  kernel: ['ubi', 'ubifs'],
  helper: true,
  args: (spec) => [spec['ubifs-tree'], spec.on.mtd],
  check: (image, facts) =>
    trees.noTree(image, facts) ??
    unfitVolume(facts) ??
    withAcls(trees.treeOf(image), facts) ??
    compressedRefusal(trees.treeOf(image), facts),
  keepPlace: (image, within) => wholeImage({ ...image, format: 'ubifs' }, within, ['ubifs']),
  outlook: (_image, facts) => outlook(facts),
  inspect: inspectCounters,
  takes: (_image, facts) => wayOf(facts).takes,
  compare: async (context, job) => {
    await trees.compareNothing(context, job);
    job.state.way.why += `, ${wayOf(job.facts).why}`;
  },
  plan: (image, _onMedium, node, facts) =>
    isBeside({ facts })
      ? trees.planTreeBeside(image, node.replace(/_\d+$/, ''), 'ubifs')
      : trees.planTree(image, node, 'ubifs'),
  write: (context, job, lease) => (isBeside(job) ? writeBeside : writeStream)(context, job, lease),
  verify: async (context, job, lease) =>
    isBeside(job)
      ? { tree: await trees.compareTree(beside(context), job, []) }
      : {
          tree: await trees.verifyTree(context, job, lease, []),
          counters: await compareCounters(context, job),
        },
  waits: isBeside,
  commit: commitVolumes,
};

/** UBIFS keeps attributes of all namespaces but that of ACLs (Linux `fs/ubifs/xattr.c`). */
function withAcls({ entries }: TreeIndex, { name }: TargetFacts): Refusal | undefined {
  const found = entries.filter(({ attributes }) =>
    Object.keys(attributes).some((one) => one.startsWith('system.')),
  );
  const [first] = found;
  if (!first) return undefined;
  return {
    code: 'IMAGE_FORMAT',
    message: `${found.length} of the ${entries.length} names of the tree have an ACL, ${shownName(first.name)} first, and the UBIFS of ${name} keeps none`,
    hint: 'Pack the tree anew without --acls, and with --xattrs-exclude=system.*, if it works without them; an ext4 or F2FS keeps them.',
  };
}

function unfitVolume({ name, volume_type: type }: TargetFacts): Refusal | undefined {
  if (type !== 'static') return undefined;
  return {
    code: 'TARGET_UNSUPPORTED',
    message: `${name} is a static volume, in which no file system can be made`,
    hint: 'UBIFS needs a dynamic volume: ubinize makes one with vol_type=dynamic.',
  };
}

function outlook(facts: TargetFacts): Outlook {
  const { leftovers = [] } = facts;
  const { beside: isApart, why } = wayOf(facts);
  const { cut, cutLeaves, ...inPlace } = trees.treeOutlook(facts, [
    'the other volumes of this UBI, and the erase counters',
    'the MTDs that share no flash with it',
  ]);
  return {
    ...inPlace,
    lost: [
      ...inPlace.lost,
      ...leftovers.map((volume) => `the volume ${volume}, which an interrupted run has left`),
    ],
    ...(isApart
      ? {
          cut: `It does no harm: the new file system is made ${why}, and takes its place in one step after all of it was compared. Until then the old system starts, then the new one.`,
        }
      : { cut: `The file system is made ${why}. ${cut}`, ...(cutLeaves ? { cutLeaves } : {}) }),
  };
}
