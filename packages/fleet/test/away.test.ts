/** A database that is cut off for a while: what has begun is written whole, and what came of it is kept afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openEngine } from '../src/engine/pg-boss.js';
import { runStation } from '../src/station/run-station.js';
import { openStore } from '../src/store/store.js';
import { testCluster } from './cluster.js';
import { chunks } from './fake-devices.js';
import { fakeDriver } from './fake-driver.js';
import { named, TestFleet } from './fleet.js';

const cluster = testCluster();

/** What stands between a station and the database, and can let nothing through, or break. */
class Link {
  readonly #sockets = new Set<Socket>();
  #stalled = false;
  readonly #server = createServer((near) => {
    const far = createConnection(join(cluster.folder, 'run/.s.PGSQL.5432'));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
      from.on('data', (bytes) => to.write(bytes));
      if (this.#stalled) from.pause();
    }
  });

  constructor(readonly folder: string) {
    this.#server.listen(join(folder, '.s.PGSQL.5432'));
  }

  /** Lets nothing through from now on; nobody is told. */
  stall(): void {
    this.#stalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** Breaks every connection; new ones work. */
  breakAll(): void {
    this.#stalled = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.breakAll();
    this.#server.close();
  }
}

it('goes on while the database does not answer, and keeps afterwards what came of it', async () => {
  const url = await cluster.url();
  await using fleet = await TestFleet.of(url, named('d', 12));
  const folder = await mkdtemp('/tmp/levitate-link-');
  const link = new Link(folder);
  const run = encodeURIComponent(join(cluster.folder, 'run'));
  const store = await openStore(url.replace(run, encodeURIComponent(folder)));
  const engine = await openEngine(store);
  const told: string[] = [];
  try {
    fleet.devices.chunkMilliseconds = 100;
    const id = await fleet.start({ limits: { parallel: 4, 'start-with': 4 } });
    const running = runStation(store, engine, {
      ...{ name: 'main', parallel: 4, untilIdle: true, driver: fakeDriver(fleet.devices.path) },
      signal: new AbortController().signal,
      onEvent: (text) => told.push(text),
    });
    await vi.waitFor(() => expect(fleet.devices.begun.length).toBeGreaterThanOrEqual(4), {
      timeout: 60_000,
    });
    link.stall();
    const begun = [...fleet.devices.begun];
    const written = () => begun.map((name) => fleet.devices.written(name));
    await vi.waitFor(() => expect(written()).toEqual(begun.map(() => chunks)), { timeout: 60_000 });
    // Another process of this name is refused by the lock of the one that is cut off.
    await expect(fleet.run()).rejects.toMatchObject({ code: 'STATION_RUNS' });
    link.breakAll();
    await running;
    expect(await fleet.status(id)).toMatchObject({
      state: 'done',
      groups: [{ states: { done: 12 } }],
    });
    expect(told.some((text) => text.includes('the database does not answer'))).toBe(true);
    expect(fleet.devices.strange).toEqual([]);
    expect(new Set(fleet.devices.begun).size).toBe(fleet.devices.begun.length);
  } finally {
    link.close();
    await engine[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
});
