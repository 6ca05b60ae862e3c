import { LevitateError } from '../../errors.js';
import type { ImageIndex } from '../../image/image.js';
import type { Profile } from '../../profile/profile.js';
import type { Run } from '../../progress.js';
import { indexImageFile, type TargetImage } from '../prepare.js';

/**
 * Makes sure that each image is signed where the profile of the maintenance system says so, whoever has read the image
 * before: without a profile at hand, `flash` learns only from the device which keys count.
 * @throws LevitateError IMAGE_UNSIGNED, IMAGE_SIGNATURE; IMAGE_CHANGED where another image lies there now
 */
export async function signedImages(
  images: TargetImage[],
  { trust = [] }: Profile,
  run: Run,
): Promise<TargetImage[]> {
  if (trust.length === 0) return images;
  const signed: TargetImage[] = [];
  for (const [target, image] of images) {
    if (image.signedBy) signed.push([target, image]);
    else {
      const { path, raw, within } = image;
      const whole = await indexImageFile(within ? { path } : { path, raw }, run, trust);
      const again = within ? memberAlike(whole, image) : whole;
      if (again?.sha256 !== image.sha256)
        throw new LevitateError(
          'IMAGE_CHANGED',
          `the image ${path} has changed since it was read`,
          {
            hint: 'Wait until whatever writes the image has finished.',
            data: { path },
          },
        );
      signed.push([target, again]);
    }
  }
  return signed;
}

/** The same file of an archive that was read again. */
const memberAlike = ({ sysupgrade }: ImageIndex, { sha256 }: ImageIndex): ImageIndex | undefined =>
  Object.values(sysupgrade?.members ?? {}).find((one) => one.sha256 === sha256);
