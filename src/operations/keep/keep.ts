import type { Facts } from '../../device/facts.js';
import { refuse, targetIn } from '../flash/targets.js';
import { LevitateError } from '../../errors.js';
import type { Consent, KeepPlace } from '../../flash/kind.js';
import type { KeepSpec, Profile } from '../../profile/profile.js';
import type { Check } from '../../progress.js';
import type { TargetImage } from '../prepare.js';

/**
 * What of the old system a job puts into the new one; nothing where the profile keeps nothing, or where the target that kept files
 * go into is not written: what is there then stays. Pure.
 */
export const keptBy = (
  { keep }: Pick<Profile, 'keep'>,
  images: readonly (readonly [target: string, unknown])[],
): KeepSpec | undefined =>
  keep && images.some(([target]) => target === keep.into) ? keep : undefined;

/** What of the old system is saved when it is entered. Whoever enters without an image may bring any later. Pure. */
export function keptOnEntering(
  profile: Pick<Profile, 'keep'> | undefined,
  images: readonly (readonly [target: string, unknown])[],
  { dropKept }: Consent,
): KeepSpec | undefined {
  if (!profile || dropKept) return undefined;
  return images.length === 0 ? profile.keep : keptBy(profile, images);
}

/** The kept paths for people. Pure. */
export const keptNames = ({ paths, list }: KeepSpec): string =>
  [
    ...(list === undefined ? [] : ['what its own sysupgrade lists']),
    ...paths.map(({ path }) => onOneLine(path)),
  ].join(', ');

/** A path for people, on one line whatever it is. Pure. */
export const onOneLine = (path: string): string => path.replaceAll('\n', '\\n');

/**
 * Refuses before a device is entered what could not be put into the new system: an image that takes no files, a kernel that does
 * not know its file system.
 * @param programs what the archive has; none where that is not known
 * @returns the row of the preflight; nothing where nothing is kept
 * @throws LevitateError KEEP_REFUSED
 */
export function keepCheck(
  profile: Profile,
  images: TargetImage[],
  { features }: Pick<Facts, 'features'>,
  programs: readonly string[] | undefined,
): Check | undefined {
  const keep = keptBy(profile, images);
  const image = images.find(([target]) => target === keep?.into)?.[1];
  if (!keep || !image) return undefined;
  const { kind } = targetIn(profile, keep.into);
  const place: KeepPlace | undefined = kind.keepPlace?.(image, keep.within);
  if (!place)
    throw new LevitateError('KEEP_REFUSED', `${keep.into}: a ${kind.name} target takes no files`);
  if ('refusal' in place) {
    refuse(keep.into, place.refusal);
    return undefined;
  }
  if (programs && !programs.includes('helper'))
    throw new LevitateError('KEEP_REFUSED', 'the archive has no helper, which keeps files', {
      hint: 'The packages of levitate have it for every architecture; in a checkout, npm run helper compiles it.',
    });
  const known = new Set([
    ...features.fileSystems,
    ...profile.root.modules,
    ...(profile.root.carriedModules?.names ?? []),
  ]);
  if (!place.fileSystems.some((name) => known.has(name)))
    throw new LevitateError(
      'KEEP_REFUSED',
      `the running kernel does not know ${place.fileSystems.join(' or ')}, so that nothing can be put into the new system`,
      {
        hint: `List the module under root.modules of the profile, such as [${place.fileSystems[0]}].`,
      },
    );
  return {
    name: 'keep',
    verdict: 'ok',
    found: `goes from this system into ${keep.into}${keep.within === '' ? '' : `, ${keep.within}`}: ${keptNames(keep)}`,
  };
}
