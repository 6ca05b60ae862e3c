import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { archiveInfo } from '../../archive/read.js';
import type { Connection } from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { archiveName, carried, type ArchiveSource } from '../../device/hook.js';
import type { CarriedModule } from '../../device/module-list.js';
import { exitStatus, LevitateError } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Run } from '../../progress.js';
import { difference, isCompatible } from '../../protocol/compatible.js';
import { programNames } from '../../rootfs/programs.js';
import { workingSetBytes } from '../../rootfs/ram.js';
import { buildArchive, forDevice } from '../build/build.js';
import { completeForDevice } from '../build/complete-for-device.js';
import type { Prepared } from '../prepare.js';

/** The archive that will be sent to the device, or that is installed there. */
export interface Payload {
  /** The profile that the archive was built from. */
  profile: Profile;
  /** Kernel modules that it contains. */
  modules: CarriedModule[];
  /** Bytes of RAM that its files take once they are unpacked. */
  rootBytes: number;
  /** The programs that it has beyond busybox; levitate's own is `helper`. */
  programs: string[];
  /** Opens the archive; it is read once. */
  source: () => Promise<ArchiveSource>;
}

/**
 * Builds the archive of a profile in a folder of this machine.
 * @param scratch path of the folder, which must outlive the payload
 * @throws LevitateError as `buildArchive` does
 */
export async function buildPayload(
  device: Connection,
  { path: profilePath, value, locked }: NonNullable<Prepared['profile']>,
  scratch: string,
  run: Run,
): Promise<Payload> {
  const profile = forDevice(value);
  const { compression } = profile.archive;
  const archive = join(scratch, archiveName(compression));
  await buildArchive(profile, { profile: profilePath, output: archive, locked, device }, run);
  const { ramBytes, modules, helper, busybox } = await archiveInfo(archive);
  return {
    profile,
    modules,
    programs: [...programNames(profile), ...(helper ? ['helper'] : [])],
    rootBytes: ramBytes - workingSetBytes,
    source: async () => ({
      from: 'here',
      compression,
      bytes: createReadStream(archive),
      busybox,
    }),
  };
}

/**
 * Gives the archive that `levitate install` left on the device.
 * @throws LevitateError NOT_INSTALLED, FLASHER_INCOMPATIBLE, REMOTE_FAILED where it is damaged
 */
export function installedPayload(facts: Facts, host: string): Payload {
  if (!facts.installed) {
    throw new LevitateError('NOT_INSTALLED', `nothing is installed on ${host}`, {
      hint: `Give a profile: levitate enter ${host} PROFILE. Its archive then goes into RAM only.`,
    });
  }
  const { profile, protocol, damage } = facts.installed;
  if (protocol !== undefined && !isCompatible({ protocol }))
    throw new LevitateError(
      'FLASHER_INCOMPATIBLE',
      `what is installed on ${host} is of another levitate: it ${difference({ protocol })}`,
      {
        hint: `Install again: levitate install ${host} PROFILE. Or give a profile: levitate enter ${host} PROFILE.`,
        exit: exitStatus.refused,
      },
    );
  if (!profile) {
    throw new LevitateError('REMOTE_FAILED', `what is installed on ${host} is damaged: ${damage}`, {
      hint: `Install again: levitate install ${host} PROFILE. Or give a profile: levitate enter ${host} PROFILE.`,
    });
  }
  const compression = carried(profile.archive.compression);
  return {
    profile,
    modules: facts.installed.modules,
    programs: programNames(profile),
    rootBytes: facts.installed.size,
    source: () => Promise.resolve({ from: 'installed', compression }),
  };
}

/** Builds the profile's archive before the device is asked for anything. */
export const buildFirst = async (
  { connection, profile }: Prepared,
  scratch: string,
  run: Run,
): Promise<Payload | undefined> =>
  profile && (await buildPayload(connection, profile, scratch, run));

/** What is put onto a device whose facts are known: built with what it needs beyond the profile, or installed there. */
export async function payloadFor(
  facts: Facts,
  { connection, profile }: Prepared,
  { built, scratch }: { built: Payload | undefined; scratch: string },
  run: Run,
): Promise<Payload> {
  if (!profile || !built) return installedPayload(facts, connection.host);
  const again = (value: Profile) => buildPayload(connection, { ...profile, value }, scratch, run);
  const completed = await completeForDevice(profile.value, facts, built.programs ?? [], again, run);
  run.signal?.throwIfAborted();
  return completed ?? built;
}
