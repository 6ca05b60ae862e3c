import { Type } from '@sinclair/typebox';
import { Line, Name, about, optional, strict } from '../shared/schema-common.js';

/** A normal absolute path of whatever characters; nothing of it leads upwards. */
const KeptPath = Type.String({
  pattern: '^(/(?!\\.{1,2}(/|$))[^/\\x00]+)+$',
  maxLength: 4000,
  description: 'an absolute path of a file or a folder, without `..`',
});

const KeptPaths = Type.Array(
  Type.Union([
    KeptPath,
    Type.Object(
      {
        path: about('a path that is kept', KeptPath),
        required: optional(
          Type.Boolean({
            title: 'whether a device without it is refused; default: false',
            description: 'true or false',
          }),
        ),
      },
      strict,
    ),
  ]),
  {
    minItems: 1,
    title: 'what is kept: files, and folders with all that is in them',
    description: 'paths, or { path, required }',
  },
);

/** `flash.keep`: what of the old system is put into the new one. */
export const Keep = Type.Union(
  [
    KeptPaths,
    Type.Object(
      {
        paths: optional(KeptPaths),
        list: optional(
          Type.Literal('sysupgrade', {
            title:
              "whether what OpenWrt's own sysupgrade would keep is kept as well (sysupgrade -l)",
            description: 'sysupgrade, for an OpenWrt',
          }),
        ),
        into: optional(
          about(
            'the target with the file system that they are put into; default: the only one that the profile has',
            Name,
          ),
        ),
        within: optional(
          Type.Union(
            [
              Type.Integer({
                minimum: 1,
                maximum: 128,
                description: 'the number of a partition',
              }),
              Line('the GPT name of a partition, or the name of a UBI volume'),
            ],
            {
              title:
                'of a whole disk the partition with that file system, by its number or its GPT name; of a whole UBI the volume',
              description: 'a partition of a disk, or a volume of a UBI',
            },
          ),
        ),
        'mounted-at': optional(
          about('where the new system mounts that file system; default: /', KeptPath),
        ),
        as: optional(
          Type.Union([Type.Literal('files'), Type.Literal('sysupgrade.tgz')], {
            title:
              'how they are put there: as files, each in its place (the default), or as /sysupgrade.tgz, out of which OpenWrt restores them when it starts',
            description: 'files, or sysupgrade.tgz for OpenWrt',
          }),
        ),
      },
      strict,
    ),
  ],
  {
    title:
      'files and folders that are saved from the old system before it is left, put into the new one after that was read back, and compared; default: none',
    description: 'paths that the new system gets from the old one',
  },
);
