/**
 * kill -9 at random moments: of the station, of PostgreSQL, of both. No device is written to by two at once, no chunk is sent twice, and none
 * is lost.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { stopCluster } from '../src/store/cluster.js';
import { named, TestFleet } from './fleet.js';
import { stateForTest } from './cluster.js';

const checkout = join(import.meta.dirname, '../../..');
const program = join(checkout, `.cache/fleet-station-${process.pid}.mjs`);
let state: string;
beforeAll(async () => {
  state = await stateForTest();
  await mkdir(join(checkout, '.cache'), { recursive: true });
  await build({
    entryPoints: [join(import.meta.dirname, 'station.ts')],
    ...{ outfile: program, bundle: true, packages: 'external', format: 'esm', platform: 'node' },
    ...{ target: 'node20.19', logLevel: 'warning' },
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stopCluster(state);
  await rm(state, { recursive: true, force: true });
  await rm(program, { force: true });
});

/** How often each is killed; LEVITATE_FLEET_KILLS is for a longer run. */
const kills = Number(process.env['LEVITATE_FLEET_KILLS'] ?? 4);
const count = kills * 20 + 20;

/** Starts a station that uses the private cluster. */
function station(devices: string) {
  const words = [program, 'private', devices, '40'];
  return execa(process.execPath, words, {
    ...{ reject: false, all: true, cwd: checkout, env: { LEVITATE_FLEET_STATE: state } },
  });
}

/** Ends PostgreSQL with everything below it, at once. */
async function killPostgres(): Promise<void> {
  const [pid] = (await readFile(join(state, 'data/postmaster.pid'), 'utf8')).split('\n');
  await execa('sh', ['-c', `kill -9 ${pid} $(ps -o pid= --ppid ${pid})`], { reject: false });
}

it('loses no device and writes none twice, whatever is killed', { timeout: 600_000 }, async () => {
  vi.stubEnv('LEVITATE_FLEET_STATE', state);
  await using fleet = await TestFleet.of(undefined, named('d', count));
  fleet.devices.chunkMilliseconds = 40;
  fleet.devices.allowance = 0;
  const id = await fleet.start({ limits: { 'start-with': 40 } });
  let running = station(fleet.devices.path);
  for (let n = 0; n < kills; n += 1) {
    fleet.devices.allowance += 20;
    await vi.waitFor(() => expect(fleet.devices.begun.length).toBeGreaterThan(20 * n), {
      timeout: 120_000,
    });
    await sleep(Math.random() * 200);
    const what = ['station', 'both', 'station', 'postgres'][n % 4];
    if (what !== 'postgres') running.kill('SIGKILL');
    if (what !== 'station') await killPostgres();
    if (what === 'postgres') continue;
    await running;
    running = station(fleet.devices.path);
  }
  fleet.devices.allowance = Infinity;
  const { exitCode, all } = await running;
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(fleet.devices.strange).toEqual([]);
  expect(fleet.devices.begun.length).toBe(count);
  expect(new Set(fleet.devices.begun).size).toBe(count);
  expect(await fleet.status(id)).toMatchObject({
    state: 'done',
    groups: [{ states: { done: count } }],
  });
  for (const name of named('d', count)) expect(fleet.devices.confirmed(name)).toBeGreaterThan(0);
});
