/** A database that is away for a while with devices in flight, by each way in which it can be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { openEngine } from '../src/engine/pg-boss.js';
import { runStation } from '../src/station/run-station.js';
import { startCluster, stopCluster } from '../src/store/cluster.js';
import { openStore } from '../src/store/store.js';
import { chunks } from './fake-devices.js';
import { fakeDriver } from './fake-driver.js';
import { named, TestFleet } from './fleet.js';
import { Link } from './link.js';

/** Cuts the database off, and lets it come back. */
export type Cut = (link: Link, cluster: string, wait: () => Promise<unknown>) => Promise<void>;

/** Ways to cut a database off. */
export const cuts: Record<string, Cut> = {
  'says nothing, and then its connections break': async (link, _, wait) => {
    link.stall();
    await wait();
    link.breakAll();
  },
  'says nothing, and then goes on': async (link, _, wait) => {
    link.stall();
    await wait();
    link.goOn();
  },
  'is stopped': async (_, cluster, wait) => {
    await stopCluster(cluster);
    await wait();
    await startCluster(cluster);
  },
};

/** Rolls out to forty devices through a cut of so many seconds: each is written whole meanwhile, and once. */
export async function goThrough(cut: Cut, cluster: string, url: string, seconds: number) {
  const link = await Link.to(cluster);
  const fleet = await TestFleet.of(url, named('d', 50));
  const store = await openStore(link.through(url));
  const engine = await openEngine(store);
  const told = new Set<string>();
  try {
    fleet.devices.chunkMilliseconds = 100;
    fleet.devices.allowance = 40;
    const id = await fleet.start({ limits: { 'start-with': 40 } });
    const running = runStation(store, engine, {
      ...{ name: 'main', parallel: 40, untilIdle: true, driver: fakeDriver(fleet.devices.path) },
      ...{ state: fleet.folder, signal: new AbortController().signal },
      onEvent: (text) => told.add(text),
    });
    const { devices } = fleet;
    await vi.waitFor(() => expect(devices.begun.length).toBe(40), { timeout: 60_000 });
    const begun = [...devices.begun];
    await cut(link, cluster, async () => {
      const written = () => begun.map((name) => devices.written(name));
      await vi.waitFor(() => expect(written()).toEqual(begun.map(() => chunks)), {
        timeout: 60_000,
      });
      const isTold = (name: string) => told.has(`${name}: OK`);
      await vi.waitFor(() => expect(begun.every(isTold)).toBe(true), { timeout: 60_000 });
      await sleep(seconds * 1000);
    });
    devices.allowance = Infinity;
    await running;
    expect(await fleet.status(id)).toMatchObject({
      state: 'done',
      groups: [{ states: { done: 50 } }],
    });
    expect(devices.strange).toEqual([]);
    expect(devices.begun.length).toBe(50);
    // What came of them was kept, and not found out again.
    expect(named('d', 50).map((name) => devices.confirmed(name))).toEqual(Array(50).fill(1));
  } finally {
    link.close();
    await engine[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
  }
}
