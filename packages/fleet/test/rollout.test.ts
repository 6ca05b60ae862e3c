/** Rollouts on a real PostgreSQL, to devices that cost nothing. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import {
  passGate,
  pauseRollout,
  resumeRollout,
  retryRollout,
  stopRollout,
} from '../src/operations/change-rollout.js';
import { knownDevices } from '../src/operations/devices.js';
import { importInventory } from '../src/operations/import-inventory.js';
import { quarantined, releaseDevice } from '../src/operations/quarantine.js';
import { report, reportCsv } from '../src/operations/report.js';
import { planFromFile, startRollout } from '../src/operations/start-rollout.js';
import { stations, takeOver } from '../src/operations/stations.js';
import { advanceRollouts } from '../src/rollout/advance.js';
import { claimDevices } from '../src/station/claimed.js';
import { lockStation } from '../src/station/lock.js';
import { testCluster } from './cluster.js';
import { named, TestFleet } from './fleet.js';

const cluster = testCluster();
const fleetOf = async (names: string[], about?: object) =>
  TestFleet.of(await cluster.url(), names, about);

it('goes to all devices, the canary first, and reports each', async () => {
  await using fleet = await fleetOf(named('d', 30), { mac: undefined });
  const id = await fleet.start({ groups: [{ name: 'canary', devices: ['d017'] }, {}] });
  await fleet.run();
  expect(await fleet.status(id)).toMatchObject({
    ...{ state: 'done', why: '' },
    groups: [{ name: 'canary', states: { done: 1 } }, { states: { done: 29 } }],
  });
  expect(fleet.devices.begun[0]).toBe('d017');
  expect(new Set(fleet.devices.begun).size).toBe(30);
  expect(fleet.devices.strange).toEqual([]);
  const rows = await report(fleet.store, id);
  expect(reportCsv(rows).split('\n').slice(0, 2)).toEqual([
    'name,mac,result,bytes,sha256,seconds,code',
    expect.stringMatching(/^d017,,OK,4096,a{64},[0-9.]+,$/),
  ]);
  expect((await knownDevices(fleet.store)).every(({ build }) => build === 'v2')).toBe(true);
});

it('stops by itself when a canary fails; the rest is not touched, and what failed is quarantined', async () => {
  await using fleet = await fleetOf(named('d', 12));
  fleet.devices.faults.set('d003', 'silent');
  const id = await fleet.start({ groups: [{ name: 'canary', size: 4 }, {}] });
  await fleet.run();
  expect(await fleet.status(id)).toMatchObject({
    state: 'stopped',
    why: '1 device of canary failed, and 0 may',
  });
  expect(fleet.devices.begun.toSorted()).toEqual(named('d', 4));
  expect(await fleet.results(id)).toMatchObject({ d003: 'RECONNECT_TIMEOUT', d004: 'waiting' });
  expect(await quarantined(fleet.store)).toMatchObject([
    { name: 'd003', code: 'RECONNECT_TIMEOUT' },
  ]);
  // A person lets it go on: the quarantined one stays until that ends as well.
  await resumeRollout(fleet.store, id);
  await fleet.run();
  expect((await fleet.status(id)).state).toBe('done');
  expect(await retryRollout(fleet.store, id)).toBe(0);
  fleet.devices.faults.clear();
  await releaseDevice(fleet.store, 'd003', false);
  expect(await retryRollout(fleet.store, id)).toBe(1);
  await fleet.run();
  expect(Object.values(await fleet.results(id))).toEqual(Array(12).fill('OK'));
  expect(fleet.devices.strange).toEqual([]);
});

it('stops at a run of errors within the budget, and breaks no more than those at work', async () => {
  await using fleet = await fleetOf(named('d', 200));
  for (const name of named('d', 200).slice(40)) fleet.devices.faults.set(name, 'refuses');
  const id = await fleet.start({
    groups: [{ errors: 100 }],
    limits: { parallel: 10, 'start-with': 10 },
  });
  await fleet.run();
  expect(await fleet.status(id)).toMatchObject({
    state: 'stopped',
    why: expect.stringMatching(/^[0-9]+ of the last 20 devices failed$/),
  });
  const refused = Object.values(await fleet.results(id)).filter(
    (one) => one === 'PREFLIGHT_REFUSED',
  );
  expect(refused.length).toBeGreaterThanOrEqual(5);
  expect(refused.length).toBeLessThanOrEqual(5 + 10);
  expect(await quarantined(fleet.store)).toEqual([]);
});

it('lets devices that do not answer wait, goes on without a few, and gives them up at last', async () => {
  await using fleet = await fleetOf(named('d', 6));
  fleet.devices.faults.set('d001', 'offline');
  const id = await fleet.start({
    groups: [{ name: 'first', size: 3 }, {}],
    offline: { share: 1, 'give-up': '0s' },
  });
  await fleet.run();
  expect(await fleet.status(id)).toMatchObject({
    state: 'done',
    groups: [{ states: { done: 2, offline: 1 } }, {}],
  });
  fleet.devices.faults.clear();
  await retryRollout(fleet.store, id);
  await fleet.run();
  expect(Object.values(await fleet.results(id))).toEqual(Array(6).fill('OK'));
});

it('keeps a device that does not answer for later, as no error', async () => {
  await using fleet = await fleetOf(named('d', 3));
  fleet.devices.faults.set('d001', 'offline');
  const id = await fleet.start({});
  const end = new AbortController();
  const running = fleet.run(end);
  await vi.waitFor(
    async () => expect(await fleet.status(id)).toMatchObject({ why: 'for 1 device to answer' }),
    { timeout: 60_000 },
  );
  end.abort();
  await running;
  expect((await fleet.status(id)).groups).toMatchObject([{ states: { done: 2, resting: 1 } }]);
  // It waits in no queue of a rollout that is held.
  await pauseRollout(fleet.store, fleet.engine, id);
  expect((await fleet.status(id)).groups).toMatchObject([{ states: { done: 2, waiting: 1 } }]);
});

it('knows a device again, and enters no other one at its address', async () => {
  await using fleet = await fleetOf(named('d', 2));
  const first = await fleet.start({});
  await fleet.run();
  expect(await knownDevices(fleet.store)).toMatchObject([
    { identity: ['serial d000'] },
    { identity: ['serial d001'] },
  ]);
  fleet.devices.faults.set('d001', 'other');
  const begun = fleet.devices.begun.length;
  const id = await fleet.start({ select: { devices: ['d001'] } });
  expect(id).toBe(first + 1);
  await fleet.run();
  expect(await fleet.results(id)).toEqual({ d001: 'IDENTITY' });
  expect(fleet.devices.begun.length).toBe(begun);
  expect(await quarantined(fleet.store)).toMatchObject([
    {
      name: 'd001',
      reason: 'another device answers: it is serial other d001, and was serial d001',
    },
  ]);
  await expect(fleet.start({ select: { devices: ['d001'] } })).rejects.toThrow('selects no device');
  await releaseDevice(fleet.store, 'd001', true);
  await retryRollout(fleet.store, id);
  await fleet.run();
  expect(await knownDevices(fleet.store)).toMatchObject([{}, { identity: ['serial other d001'] }]);
});

it('holds a stop until the last moment before the first byte, and writes whole what was begun', async () => {
  await using fleet = await fleetOf(named('d', 12));
  fleet.devices.chunkMilliseconds = 100;
  // Eight are worked on, of which four come as far as a write.
  fleet.devices.allowance = 4;
  const id = await fleet.start({ limits: { parallel: 8, 'start-with': 8 } });
  const running = fleet.run();
  await vi.waitFor(
    async () => {
      expect(fleet.devices.begun.length).toBe(4);
      expect((await fleet.status(id)).groups).toMatchObject([{ states: { preparing: 4 } }]);
    },
    { timeout: 60_000 },
  );
  await stopRollout(fleet.store, fleet.engine, id);
  fleet.devices.allowance = Infinity;
  await running;
  expect(fleet.devices.begun.length).toBe(4);
  const results = Object.values(await fleet.results(id)).toSorted();
  expect(results).toEqual([...Array<string>(4).fill('OK'), ...Array<string>(8).fill('waiting')]);
  expect(await quarantined(fleet.store)).toEqual([]);
  await expect(pauseRollout(fleet.store, fleet.engine, id)).rejects.toMatchObject({
    code: 'WRONG_STATE',
  });
});

it('waits at a gate for a person', async () => {
  await using fleet = await fleetOf(named('d', 4));
  const id = await fleet.start({ groups: [{ name: 'canary', size: 1, gate: 'manual' }, {}] });
  const end = new AbortController();
  const running = fleet.run(end);
  await vi.waitFor(
    async () =>
      expect((await fleet.status(id)).why).toBe('for a person to pass the gate of canary'),
    { timeout: 60_000 },
  );
  expect(await passGate(fleet.store, id)).toBe('canary');
  await running;
  expect((await fleet.status(id)).state).toBe('done');
  await expect(passGate(fleet.store, id)).rejects.toMatchObject({ code: 'WRONG_STATE' });
});

it('starts only what was planned, and stops when an image is another one', async () => {
  await using fleet = await fleetOf(named('d', 40));
  const file = join(fleet.folder, 'rollout.yaml');
  await writeFile(file, JSON.stringify({ name: 'v2', images: { disk: 'new.img' } }));
  const { digest } = await planFromFile(fleet.store, file);
  await appendFile(join(fleet.folder, 'new.img'), 'more');
  await expect(startRollout(fleet.store, file, digest)).rejects.toMatchObject({
    code: 'PLAN_CHANGED',
  });
  await expect(startRollout(fleet.store, file, '')).rejects.toMatchObject({ code: 'PLAN_CHANGED' });
  const { digest: now } = await planFromFile(fleet.store, file);
  const id = await startRollout(fleet.store, file, now);
  await appendFile(join(fleet.folder, 'new.img'), 'and more');
  await fleet.run();
  expect(await fleet.status(id)).toMatchObject({
    state: 'stopped',
    why: expect.stringContaining('is not what it was'),
  });
  expect(fleet.devices.begun).toEqual([]);
  expect(new Set(Object.values(await fleet.results(id)))).toEqual(new Set(['waiting']));
});

it('limits how many of one uplink are worked on at once', async () => {
  await using fleet = await fleetOf(named('d', 12), { uplink: 'west' });
  fleet.devices.chunkMilliseconds = 20;
  const id = await fleet.start({ limits: { 'start-with': 12, 'per-uplink': 3 } });
  let most = 0;
  const end = new AbortController();
  const running = fleet.run(end);
  await vi.waitFor(
    async () => {
      const { groups, state } = await fleet.status(id);
      const { preparing = 0, writing = 0, confirming = 0 } = groups[0]!.states;
      most = Math.max(most, preparing + writing + confirming);
      expect(state).toBe('done');
    },
    { timeout: 60_000, interval: 10 },
  );
  await running;
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(3);
});

it('is one station a name, and a device is in one open rollout', async () => {
  await using fleet = await fleetOf(named('d', 4));
  await using lock = await lockStation(fleet.store, 'main');
  await lock.check();
  await expect(fleet.run()).rejects.toMatchObject({ code: 'STATION_RUNS' });
  const first = await fleet.start({});
  const second = await fleet.start({});
  await advanceRollouts(fleet.store, fleet.engine);
  expect((await fleet.status(first)).groups).toMatchObject([{ states: { queued: 4 } }]);
  expect((await fleet.status(second)).groups).toMatchObject([{ states: { waiting: 4 } }]);
  const inventory = { devices: { d000: { host: 'elsewhere' } } };
  const file = join(fleet.folder, 'moved.yaml');
  await writeFile(file, JSON.stringify(inventory));
  await expect(importInventory(fleet.store, { file })).rejects.toThrow('a rollout works on d000');
});

it('gives the devices of a station that is gone to another one, by word of a person', async () => {
  await using fleet = await fleetOf(named('d', 6), { station: 'gone' });
  const id = await fleet.start({});
  const { engine, store } = fleet;
  await expect(takeOver(store, engine, 'gone', 'main')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await store.rows("insert into station values ('gone', now(), gen_random_uuid(), 1)");
  await advanceRollouts(store, engine);
  await claimDevices(store, engine, 'gone', 2);
  await expect(takeOver(store, engine, 'gone', 'main')).rejects.toMatchObject({
    code: 'STATION_RUNS',
  });
  await store.rows("update station set beat = now() - interval '6 minutes'");
  {
    // It says nothing, and is there.
    await using lock = await lockStation(store, 'gone');
    await lock.check();
    await expect(takeOver(store, engine, 'gone', 'main')).rejects.toMatchObject({
      code: 'STATION_RUNS',
    });
  }
  expect(await stations(store)).toMatchObject([{ name: 'gone', devices: 6, open: 4 }]);
  expect(await takeOver(store, engine, 'gone', 'main')).toBe(6);
  await fleet.run();
  expect((await fleet.status(id)).groups).toMatchObject([{ states: { done: 6 } }]);
  expect(fleet.devices.strange).toEqual([]);
});

it('names every mistake of the file of a rollout', async () => {
  await using fleet = await fleetOf(named('d', 1));
  const wrong = {
    groups: [{ devices: ['d000', 'd999'] }],
    window: { from: '01:00', to: '02:00', zone: 'Here' },
  };
  await expect(fleet.start(wrong)).rejects.toThrow(
    /rollout\.yaml:1:\d+: groups\[0\]\.devices\[1\]: found d999\n[^]*window\.zone: found Here/,
  );
  await expect(fleet.start({ limits: { paralel: 3 } })).rejects.toThrow('did you mean "parallel"?');
});
