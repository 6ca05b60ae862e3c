import { openMaintenance, type Connection } from '../device/connect.js';
import { flasherStatus, type FlasherStatus } from '../device/flasher.js';
import { loadSession, type Session } from '../device/session.js';
import type { Transport } from '../device/transport.js';
import { LevitateError } from '../errors.js';
import { warning, type Emit } from '../progress.js';

export interface Reached {
  session: Session;
  transport: Transport;
  status: FlasherStatus;
}

/**
 * Connects to a device that is in maintenance, by the key of the entry that was made from this machine.
 * @throws LevitateError NOT_IN_MAINTENANCE, HOST_UNREACHABLE
 */
export async function reach(
  { host, sshConfig }: Connection,
  emit: Emit = () => undefined,
): Promise<Reached> {
  const kept = await loadSession(host, warning(emit));
  if (!kept) throw notInMaintenance(host);
  const session = { ...kept, ...(sshConfig === undefined ? {} : { sshConfig }) };
  let transport: Transport;
  try {
    transport = await openMaintenance(session);
  } catch (error) {
    if (!(error instanceof LevitateError) || error.code === 'HOST_UNREACHABLE') throw error;
    throw notInMaintenance(host, error);
  }
  return { session, transport, status: await flasherStatus(transport) };
}

const notInMaintenance = (host: string, cause?: unknown): LevitateError =>
  new LevitateError(
    'NOT_IN_MAINTENANCE',
    `${host} is not in maintenance, or was not entered from here`,
    {
      hint: `levitate status ${host} tells where it is; levitate enter ${host} takes it into maintenance, or takes over where another machine did.`,
      ...(cause === undefined ? {} : { cause }),
    },
  );
