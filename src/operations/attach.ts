import { connectMaintenance, interruptible, type Connection } from '../device/connect.js';
import { anyStatus, flasherStatus, type FlasherStatus } from '../device/flasher.js';
import { loadSession } from '../device/session.js';
import { LevitateError } from '../errors.js';
import { warn, type Run } from '../progress.js';
import { retryOnce } from '../shared/poll.js';
import type { StatusCore } from '../protocol/status.js';
import type { Transport } from '../ssh/transport.js';
import { Maintenance } from './maintenance.js';
import { contactSeconds, untilAnswered } from './until-answered.js';

/**
 * Connects to a device that is in maintenance, by the key of the entry that was made from this machine.
 * @param seconds how long it is tried again where nobody answers
 * @throws LevitateError NOT_IN_MAINTENANCE, FLASHER_INCOMPATIBLE, HOST_UNREACHABLE, what the flasher fails with; the reason of
 * `signal`
 */
export const attach = (
  connection: Connection,
  run: Run,
  seconds = contactSeconds,
): Promise<Maintenance> => attachWith<FlasherStatus>(flasherStatus, connection, seconds, run);

/**
 * The same for a maintenance system of any protocol version, of which only the core of its status is known.
 * @throws LevitateError NOT_IN_MAINTENANCE, HOST_UNREACHABLE, what the flasher fails with; the reason of `signal`
 */
export const attachAny = (connection: Connection, run: Run): Promise<Maintenance<StatusCore>> =>
  attachWith(
    async (transport) => (await anyStatus(transport)).core,
    connection,
    contactSeconds,
    run,
  );

async function attachWith<Status extends StatusCore>(
  ask: (transport: Transport) => Promise<Status>,
  { host, sshConfig }: Connection,
  seconds: number,
  run: Run,
): Promise<Maintenance<Status>> {
  const kept = await loadSession(host, (message) => warn(run, message));
  if (!kept) throw notInMaintenance(host);
  const session = { ...kept, ...(sshConfig === undefined ? {} : { sshConfig }) };
  return retryOnce(async () => {
    const connect = () => connectMaintenance(session, run);
    const transport = await untilAnswered(run, seconds, connect).catch((error: unknown) => {
      run.signal?.throwIfAborted();
      if (!(error instanceof LevitateError) || error.code === 'HOST_UNREACHABLE') throw error;
      throw notInMaintenance(host, error);
    });
    return Maintenance.over(session, transport, (one) => ask(interruptible(one, run.signal)));
  });
}

/** The error where no entry from this machine leads to the device. */
export const notInMaintenance = (host: string, cause?: unknown): LevitateError =>
  new LevitateError(
    'NOT_IN_MAINTENANCE',
    `${host} is not in maintenance, or was not entered from here`,
    {
      hint: `levitate status ${host} tells where it is; levitate enter ${host} PROFILE takes it into maintenance, or takes over where another machine did.`,
      ...(cause === undefined ? {} : { cause }),
    },
  );
