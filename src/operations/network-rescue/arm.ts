import { resolve, join } from 'node:path';
import { netbootDevice } from '../../boot-image/netboot-device.js';
import { isCode } from '../../errors.js';
import type { Run } from '../../progress.js';
import { build } from '../build/build.js';
import {
  armedRescues,
  builtFolder,
  dropArmed,
  emptyBuilt,
  folderOfRescue,
  makeRescuesFolder,
  noteArmed,
  offerFiles,
  servedFolder,
} from './armed.js';
import { macOfHost } from './mac-of-host.js';

/** Which device a rescue over the network is for. */
export interface RescuedDevice {
  /** The MAC address of its network card, the serial number of a Raspberry Pi, or a host of this network. */
  device: string;
  /** Path of an ssh_config that may say which address the host has, in place of this user's own. */
  sshConfig?: string;
}

/** What `armRescue` takes. */
export interface ArmRescueOptions extends RescuedDevice {
  /** Path of the profile. */
  profile: string;
  /** Path of the kernel that starts the archive. */
  kernel: string;
  /** Path of its device tree, where the boot loader has none. */
  dtb?: string;
  /** Words of its command line. */
  append?: string;
  /** Whether to build from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
}

/** What `armRescue` and `disarmRescue` give. */
export interface RescueResult {
  /** The device, as its boot loader names it. */
  device: string;
  /** Whether its boot loader finds a maintenance system now. */
  armed: boolean;
  /** The folder that a TFTP server serves. */
  folder: string;
  /** The paths of its files there; none where it is not armed. */
  files: string[];
}

/**
 * Builds the maintenance system of a profile for one device, and lays it out where its boot loader finds it. The device that is
 * found in maintenance then is disarmed; see `atFirstContact`.
 * @throws LevitateError HOST_UNREACHABLE where no MAC address is known of a host; FOLDER_UNUSABLE; what `build` throws
 */
export async function armRescue(
  { device: named, sshConfig, profile, ...parts }: ArmRescueOptions,
  run: Run = {},
): Promise<RescueResult> {
  const device = await nameOfDevice({ device: named, ...(sshConfig ? { sshConfig } : {}) });
  await makeRescuesFolder();
  for (const before of await armedRescues()) if (before.device === device) await dropArmed(before);
  await emptyBuilt(device);
  const built = await build(
    {
      ...{ profile, ...parts, output: join(folderOfRescue(device), 'archive') },
      ...{ netboot: builtFolder(device), netbootFor: device },
    },
    run,
  );
  const files = built.netboot?.files ?? [];
  const rescue = { device, profile: resolve(profile), files };
  await noteArmed(rescue);
  await offerFiles(rescue);
  return { device, armed: true, folder: servedFolder(), files };
}

/**
 * Takes the maintenance system of one device away again; one that is not armed is left as it is.
 * @throws LevitateError HOST_UNREACHABLE where no MAC address is known of a host
 */
export async function disarmRescue(options: RescuedDevice): Promise<RescueResult> {
  const all = await armedRescues();
  const rescue =
    all.find(({ host }) => host === options.device) ??
    (await nameOfDevice(options).then((name) => all.find(({ device }) => device === name)));
  if (rescue) await dropArmed(rescue);
  const device = rescue?.device ?? options.device;
  return { device, armed: false, folder: servedFolder(), files: [] };
}

/** How the boot loader of a device names it. @throws LevitateError HOST_UNREACHABLE */
async function nameOfDevice({ device, sshConfig }: RescuedDevice): Promise<string> {
  try {
    const { mac, serial } = netbootDevice(device);
    return mac ?? serial;
  } catch (error) {
    if (!isCode(error, 'USAGE')) throw error;
    return netbootDevice(await macOfHost(device, sshConfig)).mac!;
  }
}
