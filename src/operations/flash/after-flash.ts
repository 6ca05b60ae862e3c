import { callFlasher, type Lease } from '../../device/flasher.js';
import { amended, exitStatus, isCode } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Run } from '../../progress.js';
import { commandsOf, runDeviceCommands } from '../device-commands.js';
import type { Maintenance } from '../maintenance.js';

/**
 * Runs the commands that the profile has for after a flash, and lets the device note that all went well: until then
 * it does not leave, unless it is forced to.
 * @param writing does work that needs the lease, over a new connection where the link is cut
 * @throws LevitateError COMMAND_FAILED, after which the device stays in maintenance; CONNECTION_LOST, LEASE_LOST
 */
export async function afterFlash(
  maintenance: Maintenance,
  profile: Profile,
  targets: string[],
  writing: (work: (lease: Lease) => Promise<unknown>) => Promise<unknown>,
  run: Run,
): Promise<void> {
  if (commandsOf(profile, 'after-flash').length === 0) return;
  const { host } = maintenance.session;
  // The link may have been cut since anything was last asked over it.
  await writing(() => callFlasher(maintenance.transport, ['journal']));
  await runDeviceCommands(
    maintenance.transport,
    'after-flash',
    { profile, host, targets },
    run,
  ).catch((error: unknown) => {
    if (!isCode(error, 'COMMAND_FAILED')) throw error;
    const stays = `All is written and read back, and ${host} stays in maintenance: the same command again carries on from here. levitate leave ${host} --force reboots without it.`;
    throw amended(error, stays, exitStatus.maintenance);
  });
  await writing(({ token }) =>
    callFlasher(maintenance.transport, ['settled', token, 'after-flash']),
  );
}
