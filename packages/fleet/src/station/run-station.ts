import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.js';
import { FleetError, reasonOf } from '../errors.js';
import { advanceRollouts } from '../rollout/advance.js';
import type { Store } from '../store/store.js';
import { claimDevices, requeueOrphans, type Claimed } from './claimed.js';
import { hasRoom } from './disk-room.js';
import type { Driver } from './driver.js';
import { lockStation } from './lock.js';
import { ProgressBoard } from './progress.js';
import { settleDevice, type Ended } from './settle.js';
import { Spool } from './spool.js';
import { spoolFolder } from './spool-folder.js';
import { workOn } from './work.js';

/** How a station runs. */
export interface StationOptions {
  /** Its name. */
  name: string;
  /** How many devices it works on at once, of all rollouts. */
  parallel: number;
  /** How it reaches devices. */
  driver: Driver;
  /** A folder of this machine for what came of devices while the database is away. */
  state: string;
  /** Ends it: no device begins any more, and those that have begun end. */
  signal: AbortSignal;
  /** Is told what happens, for people. */
  onEvent: (text: string) => void;
  /** Whether it ends by itself once no rollout runs and nothing is left to do. */
  untilIdle?: boolean;
}

/** How long it waits where there is nothing to do, and where the database does not answer, in milliseconds. */
const pause = 250;

/**
 * Does the deploys of a station until it is told to end. It carries on what a process before it left, and goes on through a database
 * that is away for a while: what has begun ends, and what came of it is on the disk of this machine until the database has it.
 * @throws FleetError STATION_RUNS; what the database and the file system say at the beginning
 */
export async function runStation(
  store: Store,
  engine: Engine,
  options: StationOptions,
): Promise<void> {
  const { name, signal, onEvent } = options;
  await engine.prepare(name);
  const folder = await spoolFolder(store, options.state, name);
  await using spool = await Spool.in(folder, options.parallel);
  const station = new Station(store, engine, options, spool);
  for (let first = true; ; first = false) {
    try {
      return await station.session();
    } catch (error) {
      if (first && error instanceof FleetError) throw error;
      onEvent(`the database does not answer (${reasonOf(error)}); what has begun goes on`);
      await store.revive().catch((failure: unknown) => onEvent(reasonOf(failure)));
      await sleep(pause * 4, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return await station.drain();
    }
  }
}

/** What outlives a connection to the database: the devices that are worked on. */
class Station {
  readonly #running = new Map<string, Promise<void>>();
  readonly #instance = randomUUID();
  #isFull = false;
  readonly #progress = new ProgressBoard();

  constructor(
    private readonly store: Store,
    private readonly engine: Engine,
    private readonly options: StationOptions,
    private readonly spool: Spool,
  ) {}

  /** Works for as long as this process has the lock of the station. */
  async session(): Promise<void> {
    const { store, engine, options } = this;
    const { name, parallel, signal, onEvent } = options;
    await using lock = await lockStation(store, name);
    await this.#keepLeft();
    const orphans = await requeueOrphans(store, engine, name, [...this.#running.keys()]);
    if (orphans > 0) onEvent(`carrying on with ${orphans} devices`);
    while (!signal.aborted) {
      await lock.check();
      await this.#beat();
      await this.#progress.write(store);
      await advanceRollouts(store, engine);
      const free = (await this.#mayClaim()) ? parallel - this.#running.size : 0;
      const claimed = free > 0 ? await claimDevices(store, engine, name, free) : [];
      for (const one of claimed) this.#begin(one);
      if (options.untilIdle && this.#running.size === 0 && (await this.#isIdle())) break;
      await Promise.race([sleep(pause), ...this.#running.values()]);
    }
    await this.drain();
    await this.#progress.write(store);
  }

  /** Waits until everything that has begun has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Whether devices may begin: not where the disk of this machine is nearly full. */
  async #mayClaim(): Promise<boolean> {
    const { state, onEvent } = this.options;
    const isFull = !(await hasRoom(state));
    if (isFull !== this.#isFull)
      onEvent(
        isFull
          ? `the disk of ${state} is nearly full; no further device begins`
          : `the disk of ${state} has room again`,
      );
    this.#isFull = isFull;
    return !isFull;
  }

  #begin(claimed: Claimed): void {
    const { store, options } = this;
    const onStep = this.#progress.begin(claimed);
    const work = workOn(store, options.driver, options.name, claimed, onStep)
      .then((ended) => this.#keep(claimed, ended))
      .finally(() => {
        this.#running.delete(claimed.job);
        this.#progress.end(claimed);
      });
    this.#running.set(claimed.job, work);
  }

  /** Keeps what came of devices of processes before this one, which ended before the database had it. */
  async #keepLeft(): Promise<void> {
    const { store, engine, options } = this;
    const { outcomes, forget } = await this.spool.left();
    for (const { begun, ended } of outcomes)
      await settleDevice(store, engine, options.name, begun, ended);
    await forget();
    if (outcomes.length > 0) options.onEvent(`kept what came of ${outcomes.length} devices before`);
  }

  /** Keeps what came of a device: on the disk of this machine until the database has it, however long that is away. */
  async #keep({ job, rollout, device, tries, touched }: Claimed, ended: Ended): Promise<void> {
    const { store, engine, options } = this;
    const { name, onEvent } = options;
    onEvent(`${device}: ${told(ended)}`);
    const begun = { job, rollout, device, tries, touched };
    const forget = await this.spool.keep({ begun, ended }).catch((error: unknown) => {
      onEvent(`${device}: this is not on the disk (${reasonOf(error)})`);
      return () => Promise.resolve();
    });
    for (;;) {
      try {
        await settleDevice(store, engine, name, begun, ended);
        return await forget();
      } catch (error) {
        onEvent(`${device}: the database does not have this yet (${reasonOf(error)})`);
        await sleep(pause * 4);
      }
    }
  }

  #beat() {
    const { name, parallel } = this.options;
    return this.store.rows(
      `insert into station (name, beat, instance, parallel) values ($1, now(), $2, $3)
       on conflict (name) do update set beat = excluded.beat, instance = excluded.instance, parallel = excluded.parallel`,
      [name, this.#instance, parallel],
    );
  }

  async #isIdle(): Promise<boolean> {
    const found = await this.store.rows("select from rollout where state = 'running' limit 1");
    return found.length === 0;
  }
}

const told = (ended: Ended): string => {
  if (ended.well) return 'OK';
  const { failure, verdict } = ended;
  return `${verdict.is}: ${failure.code}: ${failure.message}`;
};
