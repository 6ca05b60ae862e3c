/** A private database whose disk is full, so that it ends and cannot start: all goes on when there is room again. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { answers } from '../../src/store/answers.js';
import { clusterAddress, stopCluster } from '../../src/store/cluster.js';
import { stateForTest } from '../cluster.js';
import { fill } from '../fill.js';
import { named, TestFleet } from '../fleet.js';
import { stationProcess } from '../station-process.js';

const start = stationProcess();
let state: string;
const isRoot = process.getuid?.() === 0;
beforeAll(async () => {
  state = await stateForTest();
  if (isRoot) await execa('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', state]);
  vi.stubEnv('LEVITATE_FLEET_STATE', state);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stopCluster(state);
  if (isRoot) await execa('umount', [state]);
  await rm(state, { recursive: true, force: true });
});

it.skipIf(!isRoot)('goes on behind a disk that was full', { timeout: 600_000 }, async () => {
  await using fleet = await TestFleet.of(undefined, named('d', 60));
  const { devices } = fleet;
  devices.chunkMilliseconds = 250;
  devices.allowance = 40;
  const id = await fleet.start({ limits: { 'start-with': 40 } });
  const running = start({ devices: devices.path, state });
  let told = '';
  running.all.on('data', (bytes) => (told += String(bytes)));
  await vi.waitFor(() => expect(devices.begun.length).toBe(40), { timeout: 60_000 });
  await shrink();
  await fill(state);
  // It asks for a new file of its log for as long as it can, and ends.
  await vi.waitFor(
    async () => {
      await switchLog().catch(() => undefined);
      expect(await answers(clusterAddress(state))).toBe(false);
    },
    { timeout: 120_000 },
  );
  await vi.waitFor(() => expect(told.match(/: OK$/gm)).toHaveLength(40), { timeout: 60_000 });
  await vi.waitFor(() => expect(told).toContain('the database does not answer'), {
    timeout: 120_000,
  });
  expect(told).not.toContain('not on the disk');
  await execa('mount', ['-o', 'remount,size=2g', state]);
  await rm(join(state, 'filler'));
  devices.allowance = Infinity;
  const { exitCode, all } = await running;
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(devices.strange).toEqual([]);
  expect(devices.begun.length).toBe(60);
  expect(await fleet.status(id)).toMatchObject({ groups: [{ states: { done: 60 } }] });
});

/** Leaves the disk little more room than what is on it takes. */
async function shrink(): Promise<void> {
  const { stdout } = await execa('df', ['--output=used', '-k', state]);
  const kibi = Number(stdout.split('\n')[1]) + 512;
  await execa('mount', ['-o', `remount,size=${kibi}k`, state]);
}

async function switchLog(): Promise<void> {
  const client = new pg.Client({ ...clusterAddress(state), connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  await client.connect();
  await client
    .query("select pg_logical_emit_message(false, 'x', repeat('x', 1000000)), pg_switch_wal()")
    .finally(() => client.end());
}
