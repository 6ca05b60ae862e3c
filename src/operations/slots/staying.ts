import { interruptible, type Connection, type Held } from '../../device/connect.js';
import { gatherRunning } from '../../device/gather-running.js';
import type { Facts } from '../../device/facts.js';
import type { Lease } from '../../device/flasher.js';
import {
  insideStage,
  stageOfEntry,
  stageRoot,
  stay,
  unstage,
  type Stage,
} from '../../device/hook.js';
import { neededBytes } from '../../device/preflight.js';
import { rehearsePrograms } from '../../device/rehearsal.js';
import { connectRoot } from '../../device/root-login.js';
import type { Session } from '../../device/session.js';
import { exitStatus, LevitateError, reasonOf } from '../../errors.js';
import { inPhase, warn, type Run } from '../../progress.js';
import { workingSetBytes } from '../../rootfs/ram.js';
import { mayBeAskedAgain } from '../../shared/poll.js';
import type { Transport } from '../../ssh/transport.js';
import type { Payload } from '../enter/payload.js';
import type { Link } from '../flash/retry-on-disconnect.js';
import { contactSeconds, untilAnswered } from '../until-answered.js';

/** The flasher of a staged root, in a chroot of a running system that goes on meanwhile. */
export class Staying implements Link {
  lease: Lease | undefined;
  lost?: number;

  constructor(
    private readonly connection: Connection,
    readonly session: Session,
    private readonly stage: Stage,
    private running: Held,
  ) {
    this.transport = insideStage(running, stage);
  }

  /** The connection whose commands run in the staged root. */
  transport: Transport;

  /**
   * Connects anew to the same boot of the running system.
   * @throws LevitateError SLOT_REFUSED where it has rebooted meanwhile; what connecting throws
   */
  async connect(run: Run): Promise<Transport> {
    const running = await connectRoot(this.connection, run);
    try {
      const { bootId } = await gatherRunning(interruptible(running, run.signal));
      if (bootId !== this.session.bootId)
        throw new LevitateError('SLOT_REFUSED', 'the device has rebooted meanwhile', {
          hint: `levitate slots ${this.session.host} PROFILE shows which slot runs. The same command again begins anew.`,
          exit: exitStatus.oldSystem,
        });
      this.running = running;
      return insideStage(running, this.stage);
    } catch (error) {
      await running.close();
      throw error;
    }
  }

  /**
   * Asks the flasher a question that may be repeated; where the connection is lost meanwhile, it asks again over a new one.
   * @throws what `question` throws, and what connecting throws
   */
  async ask<T>(run: Run, question: (transport: Transport) => Promise<T>): Promise<T> {
    try {
      return await question(this.transport);
    } catch (error) {
      if (!mayBeAskedAgain(error) || run.signal?.aborted) throw error;
      await this.transport.close();
      this.transport = await untilAnswered(run, contactSeconds, () => this.connect(run));
      return question(this.transport);
    }
  }

  /**
   * Does the same with the running system itself, outside of the staged root.
   * @throws what `work` throws, and what connecting throws
   */
  outside<T>(run: Run, work: (running: Transport) => Promise<T>): Promise<T> {
    return this.ask(run, () => work(interruptible(this.running, run.signal)));
  }

  /** Lets the lease go, and the connection of the flasher. */
  async close(): Promise<void> {
    await this.lease?.release();
    this.lease = undefined;
    await this.transport.close();
  }
}

/**
 * Refuses a running system in which a root cannot be staged. Pure.
 * @throws LevitateError SLOT_REFUSED
 */
export function refuseWithoutPlace({ initRoot }: Pick<Facts, 'initRoot'>): void {
  if (initRoot !== '') return;
  throw new LevitateError('SLOT_REFUSED', 'the running system has no place in RAM for a flasher', {
    hint: 'It needs a tmpfs on /run, /tmp or /dev.',
  });
}

/**
 * Stages a maintenance root in RAM, and makes its flasher usable while the running system goes on.
 * @throws LevitateError STAGE_FAILED, REHEARSAL_FAILED
 */
export async function beginStaying(
  connection: Connection,
  running: Held,
  { facts, payload, session }: { facts: Facts; payload: Payload; session: Session },
  run: Run,
): Promise<Staying> {
  const stage = stageOfEntry(facts, session.entryId);
  const { profile, rootBytes, source } = payload;
  const room = {
    limit: rootBytes * 1.1 + workingSetBytes,
    needed: neededBytes({ profile, rootBytes, workingBytes: workingSetBytes }),
  };
  const archive = await source();
  await inPhase(run, 'stage', () => stageRoot(running, stage, archive, room, run.signal));
  await inPhase(run, 'rehearse', async () => {
    await rehearsePrograms(running, stage);
    await stay(running, stage, { LEVITATE_ENTRY_ID: session.entryId });
  });
  return new Staying(connection, session, stage, await connectRoot(connection, run));
}

/** Takes the staged root away; where that cannot be done, the person is told, and the next reboot does it. */
export async function endStaying(
  running: Transport,
  { facts, session }: { facts: Facts; session: Session },
  run: Run,
): Promise<void> {
  try {
    await unstage(running, stageOfEntry(facts, session.entryId));
  } catch (error) {
    warn(
      run,
      `What was staged in the device's RAM could not be taken away (${reasonOf(error)}); it is gone after the reboot.`,
    );
  }
}
