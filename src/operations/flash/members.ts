import { LevitateError } from '../../errors.js';
import { treeTargets, withoutFormat } from '../../flash/refusals.js';
import { aboutFormat } from '../../image/format/formats.js';
import type { ImageIndex } from '../../image/image.js';
import type { Profile } from '../../profile/profile.js';

/**
 * Takes images for targets that are several apart: each file in them goes to a target of its own. Those for one target stay. Pure.
 * @throws LevitateError IMAGE_FORMAT for an image that is no archive of such files
 */
export const memberImages = (
  { groups = {} }: Pick<Profile, 'groups'>,
  images: readonly [target: string, ImageIndex][],
): [target: string, ImageIndex][] =>
  images.flatMap(([target, image]): [string, ImageIndex][] => {
    const names = Object.hasOwn(groups, target) ? groups[target] : undefined;
    if (!names) return [[target, image]];
    if (!image.sysupgrade) throw noArchive(target, image);
    const { root, kernel } = image.sysupgrade.members;
    return [
      [names.root, root],
      ...(kernel ? [[names.kernel, kernel] as [string, ImageIndex]] : []),
    ];
  });

/** The names that a person gives images to: those of targets that are several, and not those of their members. Pure. */
export function targetNames({ targets, groups = {} }: Profile): string[] {
  const members = new Set(Object.values(groups).flatMap(({ root, kernel }) => [root, kernel]));
  return [...Object.keys(groups), ...Object.keys(targets).filter((name) => !members.has(name))];
}

const noArchive = (target: string, image: ImageIndex): LevitateError =>
  new LevitateError(
    'IMAGE_FORMAT',
    `${target}: an OpenWrt takes a sysupgrade file (tar), the image is ${nameOf(image)}`,
    {
      hint: image.tree
        ? treeTargets
        : 'A sysupgrade file holds the kernel and the root: levitate image FILE tells what a file is.',
    },
  );

const nameOf = (image: ImageIndex): string => {
  if (image.raw) return 'bytes that are taken as they are';
  return image.format === 'unknown' ? withoutFormat(image) : aboutFormat(image.format).title;
};
