import type { Facts } from '../../device/facts.js';
import { grubImages } from '../../boot-image/grub-images.js';
import type { GrubImages } from '../../flash/rescue/boot-sector.js';
import type { TargetFacts } from '../../flash/kind.js';
import type { Profile } from '../../profile/profile.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { targetOf } from '../../flash/target.js';
import type { RescueMeans } from './plan-power-cut.js';

/** What of a rescue comes along into maintenance. */
export interface RescueCargo {
  /** What one can be made of. */
  means: RescueMeans;
  /** Bytes of RAM that its parts take; 0 where none can be made. */
  bytes: number;
}

/** Bytes of an archive beyond its files, and of what configuring adds to these. */
const archiveSlack = 1024 * 1024;

/**
 * Tells, before a device is entered, what a rescue can be made of there, and whether its parts come along.
 * @param rootBytes of the files of the maintenance root
 * @param needed bytes of RAM that entering takes without a rescue
 * @param targets those that are to be written; all of the profile where none is named yet
 */
export async function rescueCargo(
  { rescue, init, memoryAvailable = 0 }: Pick<Facts, 'rescue' | 'init' | 'memoryAvailable'>,
  profile: Profile,
  { rootBytes, needed }: { rootBytes: number; needed: number },
  targets: string[] = Object.keys(profile.targets),
): Promise<RescueCargo> {
  const none = (why: string): RescueCargo => ({ means: { why }, bytes: 0 });
  if (profile.safety.powerCut === 'accept')
    return none('the profile accepts that (safety.power-cut)');
  if (!targets.some((name) => isDisk(profile, name))) return none('no whole disk is written');
  if ('refusal' in rescue) return none(rescue.refusal);
  if (init === 'kexec')
    return none('the device is entered by kexec, and nobody has tried one there');
  if (profile.services.wifi) return none('a rescue cannot be reached by Wi-Fi');
  const { disk, kernelBytes, moduleBytes } = rescue;
  const bytes = kernelBytes + moduleBytes;
  if (needed + bytes > memoryAvailable)
    return none(
      `its kernel and modules take ${formatBytes(bytes)} of RAM besides the ${formatBytes(needed)} of maintenance, and ${formatBytes(memoryAvailable)} are available`,
    );
  const grub = await grubImages();
  if ('why' in grub) return none(grub.why);
  const archiveBytes = rootBytes + moduleBytes + archiveSlack;
  return { means: { disk, kernelBytes, archiveBytes }, bytes };
}

/** Whether a target of the profile may be a whole disk, by the form that it has there. */
function isDisk({ targets }: Profile, name: string): boolean {
  const spec = Object.hasOwn(targets, name) ? targets[name] : undefined;
  return spec !== undefined && targetOf(spec).kind.name === 'block';
}

/**
 * Tells what a rescue can be made of in a maintenance system.
 * @param entryId of the entry; empty where the archive was booted by itself
 * @returns also GRUB, where one can be made
 */
export async function meansInMaintenance(
  { rescue }: TargetFacts,
  entryId: string,
): Promise<{ means: RescueMeans; grub?: GrubImages }> {
  if (!rescue)
    return {
      means: {
        why:
          entryId === ''
            ? 'no running system has given its kernel for one, because a boot loader has started maintenance from outside'
            : 'the parts of one were not brought along when the device was entered',
      },
    };
  const { disk, kernel_bytes: kernelBytes, archive_bytes: archiveBytes, offset } = rescue;
  const grub = await grubImages();
  if (offset === 0 && kernelBytes === 0)
    return { means: { why: 'its kernel was part of the rescue that was overwritten' } };
  if ('why' in grub) return { means: { why: grub.why } };
  return { means: { disk, kernelBytes, archiveBytes }, grub };
}
