/** A database that is away: what has begun is written whole, and what came of it is kept, whatever ends meanwhile. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { advanceRollouts } from '../src/rollout/advance.js';
import { claimDevices } from '../src/station/claimed.js';
import { settleDevice } from '../src/station/settle.js';
import { cuts, goThrough } from './away.js';
import { testCluster } from './cluster.js';
import { named, TestFleet } from './fleet.js';
import { Link } from './link.js';
import { stationProcess } from './station-process.js';

const cluster = testCluster();
const station = stationProcess();

it.each(Object.entries(cuts))('goes on while the database %s', async (_, cut) => {
  await goThrough(cut, cluster.folder, await cluster.url(), 1);
});

it('keeps what came of devices though the station is killed while the database is away', async () => {
  const url = await cluster.url();
  await using fleet = await TestFleet.of(url, named('d', 12));
  const link = await Link.to(cluster.folder);
  try {
    fleet.devices.isHeld = true;
    fleet.devices.faults.set('d003', 'old-system');
    const id = await fleet.start({ groups: [{ errors: 1 }], limits: { 'start-with': 12 } });
    const words = { devices: fleet.devices.path, state: fleet.folder };
    const running = station({ ...words, database: link.through(url) });
    let told = '';
    running.all.on('data', (bytes) => (told += String(bytes)));
    await vi.waitFor(() => expect(fleet.devices.begun.length).toBe(12), { timeout: 60_000 });
    link.stall();
    fleet.devices.isHeld = false;
    // Another process of this name is refused by the lock of the one that is cut off.
    await expect(fleet.run()).rejects.toMatchObject({ code: 'STATION_RUNS' });
    await vi.waitFor(() => expect(told.match(/: OK$/gm)).toHaveLength(11), { timeout: 60_000 });
    await vi.waitFor(() => expect(told).toContain('d003: failed'), { timeout: 60_000 });
    running.kill('SIGKILL');
    await running;
    link.breakAll();
    expect(await fleet.results(id)).toMatchObject({ d000: 'writing', d003: 'writing' });
    const { exitCode, all } = await station({ ...words, database: url });
    expect({ exitCode, all }).toMatchObject({
      ...{ exitCode: 0, all: expect.stringContaining('kept what came of 12 devices') },
    });
    expect(await fleet.status(id)).toMatchObject({ groups: [{ states: { done: 11, failed: 1 } }] });
    expect(await fleet.results(id)).toMatchObject({ d003: 'OLD_BUILD' });
    // Nobody asked the devices again, and nothing is left to be kept.
    const confirmed = named('d', 12).map((name) => fleet.devices.confirmed(name));
    expect(confirmed).toEqual([1, 1, 1, 0, ...Array<number>(8).fill(1)]);
    const [folder = ''] = await readdir(join(fleet.folder, 'spool'));
    expect(await readdir(join(fleet.folder, 'spool', folder))).toEqual([]);
  } finally {
    link.close();
  }
});

it('keeps what came of a device once, however often it is told', async () => {
  await using fleet = await TestFleet.of(await cluster.url(), named('d', 2));
  const { store, engine } = fleet;
  const id = await fleet.start({});
  await advanceRollouts(store, engine);
  const [one] = await claimDevices(store, engine, 'main', 1);
  const failure = { code: 'STAGE_FAILED', exit: 4, message: '' };
  const again = { well: false, failure, verdict: { is: 'again', seconds: 0 } } as const;
  await settleDevice(store, engine, 'main', one!, again);
  await settleDevice(store, engine, 'main', one!, again);
  const of = () =>
    store.rows('select state, tries, ended_no from member where device = $1', [one!.device]);
  expect(await of()).toEqual([{ state: 'queued', tries: 1, ended_no: null }]);
  const claimed = await claimDevices(store, engine, 'main', 2);
  const two = claimed.find(({ device }) => device === one!.device)!;
  const deployed = { bytes: 1, sha256: '' };
  await settleDevice(store, engine, 'main', two, { well: true, deployed });
  const [done] = await of();
  expect(done).toMatchObject({ state: 'done' });
  await settleDevice(store, engine, 'main', two, { well: true, deployed });
  const refused = { well: false, failure, verdict: { is: 'refused' } } as const;
  await settleDevice(store, engine, 'main', two, refused);
  expect(await of()).toEqual([done]);
  expect((await fleet.status(id)).groups).toMatchObject([{ states: { done: 1, preparing: 1 } }]);
});
