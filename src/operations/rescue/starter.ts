import { efiLoader } from '../../boot-image/efi-loader.js';
import { grubImages } from '../../boot-image/grub-images.js';
import type { Job, TargetFacts } from '../../flash/kind.js';
import { bootSector, rescueFront, type RescuePlace } from '../../flash/rescue/boot-sector.js';
import type { PowerCutPlan } from '../../flash/rescue/plan.js';
import type { RescueFirmware } from '../../flash/rescue/size.js';
import { isUefiArchitecture, uefiEnds, uefiFront } from '../../flash/rescue/uefi.js';
import type { Profile } from '../../profile/profile.js';

/** Makes the bytes of this machine's side of a rescue, for its place and for the size of the disk. */
export type Starter = (
  place: RescuePlace,
  disk: { diskBytes: number; bootOption: Buffer },
) => NonNullable<Job['rescue']>;

/**
 * Finds what starts a rescue.
 * @param isThere whether the rescue is on the disk already, and only its sectors at the ends of the disk are made
 * @returns what makes it; or why there is none, a sentence without a stop
 */
export async function findStarter(
  firmware: RescueFirmware,
  { arch }: Pick<Profile, 'arch'>,
  isThere: boolean,
): Promise<Starter | { why: string }> {
  if (firmware === 'bios') {
    const grub = await grubImages();
    if ('why' in grub) return grub;
    return (place) => ({
      head: bootSector(grub, place),
      tail: Buffer.alloc(0),
      front: isThere ? Buffer.alloc(0) : rescueFront(grub, place),
    });
  }
  if (!isUefiArchitecture(arch)) return { why: `levitate has no boot loader for UEFI on ${arch}` };
  const loader = isThere ? Buffer.alloc(0) : await efiLoader(arch);
  if ('why' in loader) return loader;
  return (place, disk) => ({
    ...uefiEnds({ ...place, ...disk }),
    front: isThere ? Buffer.alloc(0) : uefiFront(loader, arch, { ...place, ...disk }),
  });
}

/** Makes the bytes of the rescue that a plan has for a disk in maintenance. Pure. */
export function rescueOf(
  starter: Starter,
  plan: Extract<PowerCutPlan, { leadsTo: 'rescue' }>,
  { size, rescue }: Pick<TargetFacts, 'size'> & { rescue: NonNullable<TargetFacts['rescue']> },
  entryId: string,
): NonNullable<Job['rescue']> {
  const { kernel_bytes: kernelBytes, archive_bytes: archiveBytes, words } = rescue;
  return starter(
    { ...plan, kernelBytes, archiveBytes, entryId, words },
    { diskBytes: size, bootOption: Buffer.from(rescue.boot_option, 'hex') },
  );
}
