import { connectMaintenance } from '../device/connect.js';
import { flasherProfile, type FlasherStatus, type Lease } from '../device/flasher.js';
import type { Session } from '../device/session.js';
import type { Profile } from '../profile/profile.js';
import { report, type Run } from '../progress.js';
import type { StatusCore } from '../protocol/status.js';
import { mayBeAskedAgain } from '../shared/poll.js';
import type { Transport } from '../ssh/transport.js';
import { contactSeconds, untilAnswered } from './until-answered.js';

/**
 * A device in maintenance, as entering or attaching gives it and flashing and leaving work with it. It holds the one
 * connection of an operation; only a cut makes another. Its connection ends with the block that holds it (`await using`).
 */
export class Maintenance<Status extends StatusCore = FlasherStatus> implements AsyncDisposable {
  /** The right to write, while this program has it. */
  lease: Lease | undefined;
  /** The number of the lease that a cut took: writing goes on only if nobody else had a lease meanwhile. */
  lost?: number;

  constructor(
    readonly session: Session,
    public transport: Transport,
    /** What the flasher said when the device was entered or attached to. */
    readonly status: Status,
    /** The profile that the maintenance system was built from, where it was built or read in this program. */
    private known?: Profile,
  ) {}

  /**
   * Makes the handle of a connection that was just made; where the device gives no status, the connection ends.
   * @throws LevitateError what `ask` throws
   */
  static async over<Status extends StatusCore>(
    session: Session,
    transport: Transport,
    ask: (transport: Transport) => Promise<Status>,
  ): Promise<Maintenance<Status>> {
    try {
      return new Maintenance(session, transport, await ask(transport));
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  /** Makes a new connection to the same maintenance system. */
  connect(run: Run): Promise<Transport> {
    return connectMaintenance(this.session, run);
  }

  /** Gives the profile that the maintenance system was built from; the device is asked once. */
  async profile(run: Run): Promise<Profile> {
    if (this.known) return this.known;
    this.known = await this.ask(run, flasherProfile);
    report(run, { type: 'debug', message: `read the profile ${this.known.name} from the device` });
    return this.known;
  }

  /**
   * Asks the flasher a question that may be repeated; where the connection is lost meanwhile, it asks again over a new
   * one.
   * @throws LevitateError what `question` throws, and what connecting throws
   */
  async ask<T>(run: Run, question: (transport: Transport) => Promise<T>): Promise<T> {
    try {
      return await question(this.transport);
    } catch (error) {
      if (!mayBeAskedAgain(error) || run.signal?.aborted) throw error;
      await this.transport.close();
      const connect = () => this.connect(run);
      this.transport = await untilAnswered(run, contactSeconds, connect).catch(() => {
        throw error;
      });
      return question(this.transport);
    }
  }

  /** Ends the connection; the device stays in maintenance. */
  close(): Promise<void> {
    return this.transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
