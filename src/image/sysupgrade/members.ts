import type { ImageIndex, SysupgradeImage } from '../image.js';
import type { FoundMember } from './member.js';
import type { FoundSysupgrade } from './sysupgrade.js';

/** Makes an image of each file of an OpenWrt sysupgrade file; what vouches for the whole vouches for each. Pure. */
export function sysupgradeOf(
  whole: ImageIndex,
  { board, root, kernel }: FoundSysupgrade,
): SysupgradeImage {
  const { path, storedLength, protectedBy, signedBy, metadata } = whole;
  const imageOf = ({ content, ...found }: FoundMember, raw: boolean): ImageIndex => ({
    ...{ path, compression: 'none', raw, storedLength, protectedBy, board },
    ...(signedBy === undefined ? {} : { signedBy }),
    ...(metadata === undefined ? {} : { metadata }),
    ...found,
    ...content,
  });
  return {
    board,
    members: { root: imageOf(root, false), ...(kernel ? { kernel: imageOf(kernel, true) } : {}) },
  };
}
