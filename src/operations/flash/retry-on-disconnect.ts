import { isNotThereYet } from '../../device/connect.js';
import { takeLease, type Lease } from '../../device/flasher.js';
import type { Session } from '../../device/session.js';
import { poll } from '../../shared/poll.js';
import type { Transport } from '../../ssh/transport.js';
import { exitStatus, isCode, LevitateError, reasonOf } from '../../errors.js';
import type { Job } from '../../flash/kind.js';
import { warn, type Run } from '../../progress.js';
import { thisUser } from '../local-machine.js';

/** How long a device is waited for after its link was cut, in seconds. */
const reconnectSeconds = 120;

/** How many cuts in a row, with no progress between them, are accepted. */
const cutsInVain = 5;

/**
 * How often in a row a system must refuse the entry's key, at one attempt a second, before it counts as another system.
 */
const denialsInRow = 10;

/** The connection to a device in maintenance, which can be made anew after a cut. */
export interface Link {
  /** Of which device it is. */
  session: Pick<Session, 'host'>;
  /** Makes a new connection to the same maintenance system. */
  connect: (run: Run) => Promise<Transport>;
  /** The present connection. */
  transport: Transport;
  /** The right to write; undefined where it was not taken yet, or was lost with a cut. */
  lease: Lease | undefined;
  /** The number of the lease that a cut took: writing goes on only if nobody else had a lease meanwhile. */
  lost?: number;
}

/**
 * Does work that a cut may interrupt; connects again and lets it carry on, for as long as it makes progress.
 * @param jobs the jobs whose states tell the progress
 * @throws LevitateError CONNECTION_LOST when there was no progress between several cuts, or the device answers no more;
 * NOT_IN_MAINTENANCE when another system answers
 */
export async function retryOnDisconnect<T>(
  link: Link,
  jobs: Pick<Job, 'state'>[],
  run: Run,
  work: () => Promise<T>,
): Promise<T> {
  const progress = () => jobs.reduce((sum, { state }) => sum + state.progress, 0);
  let come = progress();
  for (let inVain = 0; ;) {
    try {
      return await work();
    } catch (error) {
      inVain = progress() > come ? 0 : inVain + 1;
      come = progress();
      if (!isCode(error, 'CONNECTION_LOST') || run.signal?.aborted) throw error;
      if (inVain > cutsInVain) throw error;
      warn(run, `The link was cut (${reasonOf(error)}); connecting again.`);
      await link.transport.close();
      if (link.lease) link.lost = link.lease.token;
      link.lease = undefined;
      let denials = 0;
      const again = await poll(
        async () => {
          try {
            return await link.connect(run);
          } catch (reason) {
            if (!isNotThereYet(reason)) throw reason;
            denials = isCode(reason, 'AUTH_FAILED') ? denials + 1 : 0;
            if (denials >= denialsInRow) throw leftMaintenance(link.session.host, reason);
            return undefined;
          }
        },
        reconnectSeconds,
        run.signal,
      );
      if (!again) throw error;
      link.transport = again;
    }
  }
}

/** The error for a device that answers in another system: somebody else has let it leave, or it was reset. */
const leftMaintenance = (host: string, cause: unknown): LevitateError =>
  new LevitateError(
    'NOT_IN_MAINTENANCE',
    'the device answers, and not to the key of this entry: it has left maintenance meanwhile',
    {
      hint: `Nothing more was written from here. levitate status ${host} tells which system runs.`,
      exit: exitStatus.unknownState,
      cause,
    },
  );

/**
 * Takes the lease, and waits for one that the same owner held until a cut: the device frees it within half a minute.
 * @param owner who is writing; the user on this machine, where nobody says another one
 * @throws LevitateError LEASE_HELD, LEASE_LOST, CONNECTION_LOST
 */
export async function acquireLease({ transport, lost }: Link, owner = thisUser()): Promise<Lease> {
  let refusal: unknown;
  const lease = await poll(async () => {
    try {
      return await takeLease(transport, owner, lost);
    } catch (error) {
      if (!isCode(error, 'LEASE_HELD') || error.data?.['owner'] !== owner) throw error;
      refusal = error;
      return undefined;
    }
  }, 40);
  if (lease) return lease;
  throw refusal;
}
