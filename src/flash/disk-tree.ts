import { Type, type Static } from '@sinclair/typebox';
import type { TreeIndex } from '../image/tree/tree.js';
import { AbsolutePath, about, strict } from '../shared/schema-common.js';
import { wholeImage } from './keep-place.js';
import type { Refusal, TargetFacts, TargetKind, TreeFileSystem } from './kind.js';
import { partition } from './kinds/partition.js';
import { writeStream } from './stream.js';
import { compareNothing, noTree, planTree, treeOf, treeOutlook, verifyTree } from './write-tree.js';

/** A partition for which a file system is made, as the profile names it. */
export const TreePartition = Type.Union(
  [
    Type.Object({ partition: partition.form.properties.partition }, strict),
    Type.Object({ block: about('a partition by its device node', AbsolutePath) }, strict),
  ],
  { title: 'the partition on which the file system is made' },
);

/** The label of a file system that is made. */
export const FileSystemLabel = about(
  'its label; default: none',
  Type.String({
    pattern: '^[A-Za-z0-9_.:+@-]{1,16}$',
    description: 'up to 16 letters, digits and _.:+@-',
  }),
);

/** The flasher's words for it. Pure. */
export const placeWords = (place: Static<typeof TreePartition>): string[] =>
  'block' in place ? ['block', place.block] : partition.args(place);

/** A file system on a partition. */
interface DiskFileSystem {
  name: TreeFileSystem;
  /** Tells why it has no room for a tree on a partition of the size. Pure. */
  noRoom(tree: TreeIndex, facts: TargetFacts): Refusal | undefined;
  /** Folders that it has by itself. */
  own: readonly string[];
}

/** What the kinds have in common that make a file system on a partition and put a tree into it. */
export const diskTree = ({ name, noRoom, own }: DiskFileSystem) =>
  ({
    kernel: [name],
    helper: true,
    check: (image, facts) =>
      noTree(image, facts) ?? unfitPlace(facts) ?? noRoom(treeOf(image), facts),
    keepPlace: (image, within) => wholeImage({ ...image, format: name }, within, [name]),
    outlook: (_image, facts) =>
      treeOutlook(facts, [
        `the partition table, and the other partitions of ${facts.within || 'the disk'}`,
      ]),
    compare: compareNothing,
    plan: (image, _onMedium, node) => planTree(image, node, name),
    write: writeStream,
    verify: async (context, job, lease) => ({ tree: await verifyTree(context, job, lease, own) }),
  }) satisfies Partial<TargetKind>;

function unfitPlace({ name, unfit, partition: isPartition }: TargetFacts): Refusal | undefined {
  if (unfit) return { code: unfit.code, message: unfit.message };
  if (isPartition) return undefined;
  return {
    code: 'TARGET_UNSUPPORTED',
    message: `${name} is no partition, and a file system for a tree is made on a partition alone`,
    hint: 'A disk image brings its partition table along: a target of the form { block: /dev/… } takes it.',
  };
}
