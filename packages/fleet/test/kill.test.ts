/** Stations that are killed, gone, or there twice. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { stations, takeOver } from '../src/operations/stations.js';
import { stopCluster } from '../src/store/cluster.js';
import { stateForTest, testCluster } from './cluster.js';
import { named, TestFleet } from './fleet.js';
import { killAtRandom } from './kills.js';
import { stationProcess } from './station-process.js';

const cluster = testCluster();
const start = stationProcess();
let state: string;
beforeAll(async () => {
  state = await stateForTest();
});
afterAll(async () => {
  await stopCluster(state);
  await rm(state, { recursive: true, force: true });
});

it('loses no device and writes none twice, whatever is killed', { timeout: 300_000 }, async () => {
  vi.stubEnv('LEVITATE_FLEET_STATE', state);
  try {
    await killAtRandom(start, state, 3, 1);
  } finally {
    vi.unstubAllEnvs();
  }
});

it('is one process a name: the second one ends, and the first one goes on', async () => {
  const database = await cluster.url();
  await using fleet = await TestFleet.of(database, named('d', 40));
  fleet.devices.chunkMilliseconds = 250;
  const id = await fleet.start({ limits: { 'start-with': 40 } });
  const words = { database, devices: fleet.devices.path, state: fleet.folder };
  const first = start(words);
  await vi.waitFor(() => expect(fleet.devices.leased).toBe(40), { timeout: 60_000 });
  const second = await start(words);
  expect(second).toMatchObject({ exitCode: 1, all: expect.stringContaining('STATION_RUNS') });
  expect((await first).exitCode).toBe(0);
  expect(await fleet.status(id)).toMatchObject({ groups: [{ states: { done: 40 } }] });
  expect(fleet.devices.strange).toEqual([]);
  expect(named('d', 40).map((name) => fleet.devices.confirmed(name))).toEqual(Array(40).fill(1));
});

it('lets another station carry on what one has begun that was killed', async () => {
  const database = await cluster.url();
  await using fleet = await TestFleet.of(database, named('d', 60), { station: 'hall' });
  const { devices, store, engine } = fleet;
  devices.chunkMilliseconds = 250;
  const id = await fleet.start({ limits: { 'start-with': 40 } });
  const words = { database, devices: devices.path, state: fleet.folder };
  const hall = start({ ...words, name: 'hall' });
  await vi.waitFor(() => expect(devices.begun.length).toBe(40), { timeout: 60_000 });
  hall.kill('SIGKILL');
  await hall;
  await expect(takeOver(store, engine, 'hall', 'attic')).rejects.toMatchObject({
    code: 'STATION_RUNS',
  });
  await store.rows("update station set beat = now() - interval '6 minutes' where name = 'hall'");
  expect(await takeOver(store, engine, 'hall', 'attic')).toBe(60);
  const attic = start({ ...words, name: 'attic' });
  await vi.waitFor(() => expect(devices.leased).toBeGreaterThan(0), { timeout: 60_000 });
  // The one that is gone comes back, and has nothing to do any more.
  const back = await start({ ...words, name: 'hall' });
  expect(back.exitCode).toBe(0);
  expect((await attic).exitCode).toBe(0);
  expect(back.all).not.toContain('OK');
  expect(await fleet.status(id)).toMatchObject({
    state: 'done',
    groups: [{ states: { done: 60 } }],
  });
  expect(devices.strange).toEqual([]);
  expect(new Set(devices.begun).size).toBe(devices.begun.length);
  expect(await stations(store)).toMatchObject([
    { name: 'attic', devices: 60, open: 0 },
    { name: 'hall', devices: 0 },
  ]);
});
