import { Type } from '@sinclair/typebox';
import { optional, strict } from '../../shared/schema-common.js';
import { diskTree, FileSystemLabel, placeWords, TreePartition } from '../disk-tree.js';
import type { TargetKind } from '../kind.js';
import { contentRefusal } from '../tree-room.js';

const form = Type.Object(
  { 'f2fs-tree': TreePartition, label: optional(FileSystemLabel) },
  { ...strict, title: 'a new F2FS on a partition, into which the files of a tar archive are put' },
);

/** A partition on which mkfs.f2fs makes a file system, into which a tree is put. */
export const f2fsTree: TargetKind<typeof form> = {
  ...diskTree({ name: 'f2fs', noRoom: contentRefusal, own: [] }),
  name: 'f2fs-tree',
  form,
  places: { tree: 'a new F2FS on a partition, { f2fs-tree: { partition: … } }' },
  programs: [{ name: 'mkfs.f2fs' }],
  args: ({ 'f2fs-tree': place, label }) => [
    ...placeWords(place),
    ...(label === undefined ? [] : [`label=${label}`]),
  ],
};
