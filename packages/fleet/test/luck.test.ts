/** Bad luck of a station: files that change, a disk that is full, a clock that jumps. */
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, vi } from 'vitest';
import { pauseRollout, resumeRollout } from '../src/operations/change-rollout.js';
import { runStation } from '../src/station/run-station.js';
import { startCluster, stopCluster } from '../src/store/cluster.js';
import { clusterAccount } from '../src/store/folder.js';
import { programsFor } from '../src/store/programs.js';
import { stateForTest, testCluster } from './cluster.js';
import { fakeDriver } from './fake-driver.js';
import { fill } from './fill.js';
import { named, TestFleet } from './fleet.js';
import { stationProcess } from './station-process.js';

const cluster = testCluster();
const start = stationProcess();
const isRoot = process.getuid?.() === 0;

it.each(['new.img', 'x.yaml'])('stops when %s changes in its middle', async (file) => {
  await using fleet = await TestFleet.of(await cluster.url(), named('d', 40));
  const { devices } = fleet;
  devices.chunkMilliseconds = 100;
  devices.allowance = 6;
  const id = await fleet.start({ limits: { parallel: 6, 'start-with': 6 } });
  const running = fleet.run();
  await vi.waitFor(() => expect(devices.begun.length).toBe(6), { timeout: 60_000 });
  await appendFile(join(fleet.folder, file), 'more');
  devices.allowance = Infinity;
  await running;
  expect(await fleet.status(id)).toMatchObject({
    state: 'stopped',
    why: expect.stringMatching(`${file} is not what it was when the rollout began$`),
  });
  // What had begun was written whole, and is no error of a device; nothing else began.
  expect(devices.begun.length).toBe(6);
  expect(await fleet.status(id)).toMatchObject({ groups: [{ states: { done: 6, waiting: 34 } }] });
  expect(devices.strange).toEqual([]);
});

it.skipIf(!isRoot)('lets nothing begin on a full disk, and keeps what had begun', async () => {
  await using fleet = await TestFleet.of(await cluster.url(), named('d', 40));
  const { devices } = fleet;
  const state = join(fleet.folder, 'state');
  await mkdir(state);
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', state]);
  try {
    devices.chunkMilliseconds = 100;
    devices.allowance = 20;
    const id = await fleet.start({ limits: { 'start-with': 20 } });
    const told: string[] = [];
    const running = runStation(fleet.store, fleet.engine, {
      ...{ name: 'main', parallel: 20, untilIdle: true, driver: fakeDriver(devices.path), state },
      signal: new AbortController().signal,
      onEvent: (text) => told.push(text),
    });
    await vi.waitFor(() => expect(devices.begun.length).toBe(20), { timeout: 60_000 });
    await execa('mount', ['-o', 'remount,size=2m', state]);
    await fill(state);
    const full = async () => {
      expect((await fleet.status(id)).groups[0]!.states).toMatchObject({ done: 20 });
      expect(told).toContain(`the disk of ${state} is nearly full; no further device begins`);
    };
    await vi.waitFor(full, { timeout: 60_000 });
    devices.allowance = Infinity;
    expect(told.filter((text) => text.includes('not on the disk'))).toEqual([]);
    expect(devices.begun.length).toBe(20);
    await execa('mount', ['-o', 'remount,size=2g', state]);
    await running;
    expect(await fleet.status(id)).toMatchObject({ groups: [{ states: { done: 40 } }] });
    expect(devices.strange).toEqual([]);
  } finally {
    await execa('umount', [state]);
  }
});

/** What makes a program take its time from a file, except for how much of it goes by. */
const clockOf = (file: string, library: string) => ({
  LD_PRELOAD: `/usr/$LIB/faketime/${library}`,
  ...{ FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
});

it('counts right and loses nothing though the clocks of the database and the station jump', async () => {
  const state = await stateForTest();
  const clock = join(state, 'clock');
  const account = await clusterAccount();
  await startCluster(state);
  await stopCluster(state);
  await writeFile(clock, '+0\n', { mode: 0o644 });
  const data = join(state, 'data');
  const words = ['-D', data, '-l', join(state, 'log'), '-w', 'start'];
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...clockOf(clock, 'libfaketime.so.1') };
  await execa(join(await programsFor(data), 'pg_ctl'), words, {
    ...{ env, extendEnv: false, cwd: '/', stdio: 'ignore' },
    ...account,
  });
  try {
    const url = `postgres://levitate@${encodeURIComponent(join(state, 'run'))}/postgres`;
    await using fleet = await TestFleet.of(url, named('d', 150));
    const { devices, store, engine } = fleet;
    const day = async () =>
      (await store.rows<{ now: Date }>('select clock_timestamp() as now'))[0]!.now;
    const run = () =>
      start({
        database: url,
        devices: devices.path,
        state: fleet.folder,
        env: clockOf(clock, 'libfaketimeMT.so.1'),
      });
    devices.chunkMilliseconds = 100;
    devices.allowance = 20;
    const id = await fleet.start({ groups: [{ errors: 150 }], limits: { 'start-with': 20 } });
    const first = run();
    await vi.waitFor(() => expect(devices.begun.length).toBe(20), { timeout: 60_000 });
    await writeFile(clock, '+30d\n');
    expect((await day()).getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    await vi.waitFor(
      async () => expect((await fleet.status(id)).groups[0]!.states).toMatchObject({ done: 20 }),
      { timeout: 60_000 },
    );
    // A person lets it go on, and then the clock is set right: what fails from now on has an earlier time, and still counts.
    await pauseRollout(store, engine, id);
    await resumeRollout(store, id);
    await writeFile(clock, '+0\n');
    expect((await day()).getTime()).toBeLessThan(Date.now() + 86_400_000);
    for (const name of named('d', 150).slice(20)) devices.faults.set(name, 'refuses');
    devices.allowance = Infinity;
    expect((await first).exitCode).toBe(0);
    // That one may have ended while nothing was to be done.
    expect((await run()).exitCode).toBe(0);
    expect(await fleet.status(id)).toMatchObject({
      state: 'stopped',
      why: expect.stringMatching(/^[0-9]+ of the last 20 devices failed$/),
    });
    // Those that were at work when the clock was set right were written, and others were begun until the stop.
    const { refused = 0, done = 0, waiting = 0 } = (await fleet.status(id)).groups[0]!.states;
    expect(done).toBeLessThanOrEqual(20 + 40);
    expect(refused).toBeGreaterThanOrEqual(5);
    expect(waiting).toBeGreaterThan(0);
    expect(devices.strange).toEqual([]);
    expect(new Set(devices.begun).size).toBe(devices.begun.length);
  } finally {
    await stopCluster(state);
    await rm(state, { recursive: true, force: true });
  }
});

it('lets a person pause and resume at any moment, and loses no device by it', async () => {
  await using fleet = await TestFleet.of(await cluster.url(), named('d', 100));
  const id = await fleet.start({ limits: { 'start-with': 40 } });
  const end = new AbortController();
  const running = fleet.run(end, { untilIdle: false });
  const of = async () => (await fleet.status(id)).groups[0]!.states;
  for (;;) {
    if ((await fleet.status(id)).state === 'done') break;
    await pauseRollout(fleet.store, fleet.engine, id).catch(onlyDone);
    await resumeRollout(fleet.store, id).catch(onlyDone);
  }
  expect(await of()).toEqual({ done: 100 });
  expect(fleet.events.filter((text) => text.includes('does not answer'))).toEqual([]);
  end.abort();
  await running;
});

const onlyDone = (error: unknown) => {
  if ((error as { code?: unknown }).code !== 'WRONG_STATE') throw error;
};
