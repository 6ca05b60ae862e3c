import {
  interruptible,
  connectMaintenance,
  type Connection,
  type Held,
} from '../device/connect.js';
import { anyStatus, flasherStatus, type FlasherStatus } from '../device/flasher.js';
import type { StatusCore } from '../protocol/status.js';
import type { Transport } from '../ssh/transport.js';
import { loadSession, type Session } from '../device/session.js';
import { retryOnce } from '../shared/poll.js';
import { LevitateError } from '../errors.js';
import { warning, type Emit } from '../progress.js';

/** A maintenance system that answers; its connection ends with the block that holds it (`await using`). */
export interface Maintenance<Status = FlasherStatus> extends AsyncDisposable {
  session: Session;
  transport: Held;
  status: Status;
}

/**
 * Connects to a device that is in maintenance, by the key of the entry that was made from this machine.
 * @throws LevitateError NOT_IN_MAINTENANCE, FLASHER_INCOMPATIBLE, HOST_UNREACHABLE, what the flasher fails with; the reason of
 * `signal`
 */
export const openMaintenance = (
  connection: Connection,
  emit: Emit = () => undefined,
  signal?: AbortSignal,
): Promise<Maintenance> => openAs(flasherStatus, connection, emit, signal);

/**
 * The same for a maintenance system of any protocol, of which only the core of its status is known.
 * @throws LevitateError NOT_IN_MAINTENANCE, HOST_UNREACHABLE, what the flasher fails with; the reason of `signal`
 */
export const openAnyMaintenance = (
  connection: Connection,
  emit: Emit,
  signal?: AbortSignal,
): Promise<Maintenance<StatusCore>> => openAs(coreOf, connection, emit, signal);

const coreOf = async (transport: Transport): Promise<StatusCore> =>
  (await anyStatus(transport)).core;

async function openAs<Status>(
  ask: (transport: Transport) => Promise<Status>,
  { host, sshConfig }: Connection,
  emit: Emit,
  signal?: AbortSignal,
): Promise<Maintenance<Status>> {
  const kept = await loadSession(host, warning(emit));
  if (!kept) throw notInMaintenance(host);
  const session = { ...kept, ...(sshConfig === undefined ? {} : { sshConfig }) };
  return retryOnce(async () => {
    const transport = await connectMaintenance(session, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (!(error instanceof LevitateError) || error.code === 'HOST_UNREACHABLE') throw error;
      throw notInMaintenance(host, error);
    });
    try {
      const status = await ask(interruptible(transport, signal));
      return { session, transport, status, [Symbol.asyncDispose]: () => transport.close() };
    } catch (error) {
      await transport.close();
      throw error;
    }
  });
}

/** The error where no entry from this machine leads to a device. */
export const notInMaintenance = (host: string, cause?: unknown): LevitateError =>
  new LevitateError(
    'NOT_IN_MAINTENANCE',
    `${host} is not in maintenance, or was not entered from here`,
    {
      hint: `levitate status ${host} tells where it is; levitate enter ${host} takes it into maintenance, or takes over where another machine did.`,
      ...(cause === undefined ? {} : { cause }),
    },
  );
