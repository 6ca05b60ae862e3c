import { Type } from '@sinclair/typebox';
import { about, optional, strict } from '../../shared/schema-common.js';
import { diskTree, FileSystemLabel, placeWords, TreePartition } from '../disk-tree.js';
import type { TargetKind } from '../kind.js';
import { ext4Refusal } from '../tree-room.js';

const form = Type.Object(
  {
    'ext4-tree': TreePartition,
    label: optional(FileSystemLabel),
    uuid: optional(
      about(
        'its UUID; default: a random one',
        Type.String({
          pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
          description: 'a UUID in lower case',
        }),
      ),
    ),
    features: optional(
      Type.Array(
        Type.String({
          pattern: '^\\^?[a-z0-9_]+$',
          description: 'a feature of mkfs.ext4 -O, with a ^ in front one that it is not to have',
        }),
        {
          minItems: 1,
          title:
            'features that it has, or with a ^ in front has not, because a boot loader or an older kernel cannot read them: [^metadata_csum, ^64bit]; default: those of mkfs.ext4',
          description: 'names of features of ext4(5)',
        },
      ),
    ),
  },
  { ...strict, title: 'a new ext4 on a partition, into which the files of a tar archive are put' },
);

/** A partition on which mkfs.ext4 makes a file system, into which a tree is put. */
export const ext4Tree: TargetKind<typeof form> = {
  ...diskTree({ name: 'ext4', noRoom: ext4Refusal, own: ['lost+found'] }),
  name: 'ext4-tree',
  form,
  places: { tree: 'a new ext4 on a partition, { ext4-tree: { partition: … } }' },
  programs: [{ name: 'mkfs.ext4' }],
  args: ({ 'ext4-tree': place, label, uuid, features }) => [
    ...placeWords(place),
    ...(label === undefined ? [] : [`label=${label}`]),
    ...(uuid === undefined ? [] : [`uuid=${uuid}`]),
    ...(features === undefined ? [] : [`features=${features.join(',')}`]),
  ],
};
