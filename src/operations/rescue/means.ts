import type { GivenKernel } from '../../boot-image/running-kernel.js';
import type { Facts } from '../../device/facts.js';
import type { TargetFacts } from '../../flash/kind.js';
import type { Profile } from '../../profile/profile.js';
import { LevitateError } from '../../errors.js';
import type { RescueFirmware } from '../../flash/rescue/size.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { targetOf } from '../../flash/target.js';
import type { RescueMeans } from './plan-power-cut.js';
import { findStarter, type Starter } from './starter.js';

/** What of a rescue comes along into maintenance. */
export interface RescueCargo {
  /** What one can be made of. */
  means: RescueMeans;
  /** Bytes of RAM that its parts take; 0 where none can be made. */
  bytes: number;
  /** The kernel that is brought to the device, where somebody gave one. */
  kernel?: GivenKernel;
}

/** Bytes of an archive beyond its files, and of what configuring adds to these. */
const archiveSlack = 1024 * 1024;

/**
 * Tells, before a device is entered, what a rescue can be made of there, and whether its parts come along.
 * @param rootBytes of the files of the maintenance root
 * @param needed bytes of RAM that entering takes without a rescue
 * @param kernel what somebody gave for a rescue
 * @param targets those that are to be written; all of the profile where none is named yet
 * @throws LevitateError IMAGE_FORMAT for a kernel that is not the one that runs
 */
export async function rescueCargo(
  facts: Pick<Facts, 'rescue' | 'init' | 'memoryAvailable' | 'kernel'>,
  profile: Profile,
  {
    rootBytes,
    needed,
    kernel,
  }: { rootBytes: number; needed: number; kernel?: GivenKernel | undefined },
  targets: string[] = Object.keys(profile.targets),
): Promise<RescueCargo> {
  const { rescue, init, memoryAvailable = 0 } = facts;
  const none = (why: string): RescueCargo => ({ means: { why }, bytes: 0 });
  if (profile.safety.powerCut === 'accept')
    return none('the profile accepts that (safety.power-cut)');
  if (!targets.some((name) => isDisk(profile, name))) return none('no whole disk is written');
  if ('refusal' in rescue) return none(rescue.refusal);
  if (init === 'kexec')
    return none('the device is entered by kexec, and nobody has tried one there');
  if (profile.services.wifi) return none('a rescue cannot be reached by Wi-Fi');
  const { firmware, disk, moduleBytes } = rescue;
  const kernelBytes = kernel?.bytes.length ?? rescue.kernelBytes;
  if (kernel) refuseOtherKernel(kernel, firmware, facts.kernel);
  if (kernelBytes === 0)
    return none(
      `the file of its kernel ${facts.kernel} is neither in /boot nor where its boot loader took it from; --kernel gives it`,
    );
  const bytes = kernelBytes + moduleBytes;
  if (needed + bytes > memoryAvailable)
    return none(
      `its kernel and modules take ${formatBytes(bytes)} of RAM besides the ${formatBytes(needed)} of maintenance, and ${formatBytes(memoryAvailable)} are available`,
    );
  const starter = await findStarter(firmware, profile, false);
  if ('why' in starter) return none(starter.why);
  const archiveBytes = rootBytes + moduleBytes + archiveSlack;
  return {
    means: { firmware, disk, kernelBytes, archiveBytes },
    bytes,
    ...(kernel ? { kernel } : {}),
  };
}

/**
 * Refuses a kernel that the modules of the device are not for, or that its firmware cannot start.
 * @throws LevitateError IMAGE_FORMAT
 */
function refuseOtherKernel(
  { path, release, isEfi }: GivenKernel,
  firmware: RescueFirmware,
  running: string,
): void {
  if (release === running && (isEfi || firmware === 'bios')) return;
  const what = release === running ? 'no program of UEFI' : `the kernel ${release}`;
  throw new LevitateError(
    'IMAGE_FORMAT',
    `${path} is ${what}, and the device runs ${running}${firmware === 'uefi' ? ', started by UEFI' : ''}`,
    {
      hint: 'A rescue takes the modules of the running kernel: give --kernel the file of that one, from the package or the build that it came with.',
    },
  );
}

/** Whether a target of the profile may be a whole disk, by the form that it has there. */
function isDisk({ targets }: Profile, name: string): boolean {
  const spec = Object.hasOwn(targets, name) ? targets[name] : undefined;
  return spec !== undefined && targetOf(spec).kind.name === 'block';
}

/**
 * Tells what a rescue can be made of in a maintenance system.
 * @param entryId of the entry; empty where the archive was booted by itself
 * @returns also what makes its bytes, where they can be made
 */
export async function meansInMaintenance(
  { rescue }: TargetFacts,
  profile: Profile,
  entryId: string,
): Promise<{ means: RescueMeans; starter?: Starter }> {
  if (!rescue)
    return {
      means: {
        why:
          entryId === ''
            ? 'no running system has given its kernel for one, because a boot loader has started maintenance from outside'
            : 'the parts of one were not brought along when the device was entered',
      },
    };
  const { firmware, disk, kernel_bytes: kernelBytes, archive_bytes: archiveBytes, offset } = rescue;
  if (offset === 0 && kernelBytes === 0)
    return { means: { why: 'its kernel was part of the rescue that was overwritten' } };
  const starter = await findStarter(firmware, profile, offset > 0);
  if ('why' in starter) return { means: starter };
  return { means: { firmware, disk, kernelBytes, archiveBytes }, starter };
}
