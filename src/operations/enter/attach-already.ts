import { connectMaintenance, isNotThereYet, type Connection } from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { flasherStatus } from '../../device/flasher.js';
import { isCode } from '../../errors.js';
import type { Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { attach } from '../attach.js';
import { atFirstContact } from '../network-rescue/contact.js';
import { Maintenance } from '../maintenance.js';
import { contactSeconds, lookSeconds, untilAnswered } from '../until-answered.js';
import { authorizeKey } from './authorize-key.js';

/**
 * Attaches to a device that is in maintenance already, where the entry of an earlier `enter` still opens it; gives
 * nothing where it does not.
 * @throws LevitateError as `attach` does, but not where nobody answers or the device is not in maintenance
 */
export async function attachIfThere(
  connection: Connection,
  run: Run,
): Promise<Maintenance | undefined> {
  try {
    return await attach(connection, run, lookSeconds);
  } catch (error) {
    if (isNotThereYet(error) || isCode(error, 'NOT_IN_MAINTENANCE')) return undefined;
    throw error;
  }
}

/**
 * Attaches to a maintenance system that was not entered from this machine, through the person's own login.
 * @throws LevitateError FLASHER_INCOMPATIBLE, and what connecting and the flasher fail with
 */
export async function attachByLogin(
  connection: Connection,
  running: Transport,
  facts: Facts,
  run: Run,
): Promise<Maintenance> {
  const session = await authorizeKey(connection, running, facts);
  await atFirstContact(connection.host, running, run);
  const connect = () => connectMaintenance(session, run);
  const transport = await untilAnswered(run, contactSeconds, connect);
  return Maintenance.over(session, transport, flasherStatus);
}
