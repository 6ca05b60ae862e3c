/** Ten thousand devices that cost nothing, and a station in a process of its own, which is killed in their middle. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { checkout, compile, programPath } from '../../../packages/fleet/test/compile.js';
import { named, TestFleet } from '../../../packages/fleet/test/fleet.js';
import { planFromFile } from '../../../packages/fleet/src/operations/start-rollout.js';
import { openStore } from '../../../packages/fleet/src/store/store.js';
import { stopCluster } from '../../../packages/fleet/src/store/cluster.js';
import type { Row } from '../flash/measure.js';

const count = 10_000;
const mebi = 1024 * 1024;

/** A row whose figure must be at most a limit. */
const atMost = (what: string, value: number, limit: number, unit: string): Row => ({
  what,
  ...{ ours: `${value.toFixed(2)} ${unit}`, against: `${limit} ${unit}` },
  ...{ ratio: value / limit, limit: 1 },
});

/** Rolls out to all of them at 40 at once, and kills the station in their middle. */
export async function deviceRows(): Promise<Row[]> {
  const state = await mkdtemp('/tmp/levitate-fleet-');
  const before = process.env['LEVITATE_FLEET_STATE'];
  process.env['LEVITATE_FLEET_STATE'] = state;
  const program = programPath('station');
  try {
    await compile('station', program);
    return await measured(state, program);
  } finally {
    await stopCluster(state);
    await rm(state, { recursive: true, force: true });
    await rm(program, { force: true });
    if (before === undefined) delete process.env['LEVITATE_FLEET_STATE'];
    else process.env['LEVITATE_FLEET_STATE'] = before;
  }
}

/** Starts a station that works on forty devices at once. */
const station = (program: string, state: string, devices: string) =>
  execa(process.execPath, [program, 'private', devices, '40', state], {
    ...{ cwd: checkout, stdout: 'ignore', reject: false },
  });

async function measured(state: string, program: string): Promise<Row[]> {
  const empty = await databaseBytes();
  await using fleet = await TestFleet.of(undefined, named('d', count));
  const { devices, folder, store } = fleet;
  const planning = performance.now();
  const file = await fleet.write({ limits: { 'start-with': 40 } });
  await planFromFile(store, file);
  const planSeconds = (performance.now() - planning) / 1000;
  const id = await fleet.start({ limits: { 'start-with': 40 } });
  const began = performance.now();
  let running = station(program, state, devices.path);
  let memory = watched(running);
  await until(() => devices.ended >= count / 2);
  const rate = devices.ended / ((performance.now() - began) / 60_000);
  running.kill('SIGKILL');
  await running;
  const peaks = [await memory];
  const resumed = devices.ended;
  const again = performance.now();
  running = station(program, state, devices.path);
  memory = watched(running);
  await until(() => devices.ended > resumed);
  const resumeSeconds = (performance.now() - again) / 1000;
  await running;
  peaks.push(await memory);
  const { groups } = await fleet.status(id);
  if (groups[0]?.states['done'] !== count || devices.strange.length > 0)
    throw new Error(
      `bench: ${JSON.stringify({ groups, strange: devices.strange, folder, state })}`,
    );
  const bytes = ((await databaseBytes()) - empty) / count;
  return [
    {
      what: 'devices that cost nothing, 40 at once',
      ...{ ours: `${Math.round(rate)} a minute`, against: '3000 a minute' },
      ...{ ratio: 3000 / rate, limit: 1 },
    },
    atMost('10,000 devices: memory of the station', Math.max(...peaks) / mebi, 150, 'MiB'),
    atMost('10,000 devices: database, each', bytes / 1000, 2, 'kB'),
    atMost('10,000 devices: plan', planSeconds, 1, 's'),
    atMost('10,000 devices: until it goes on after a crash', resumeSeconds, 3, 's'),
  ];
}

/** Bytes of the database as PostgreSQL counts them. */
async function databaseBytes(): Promise<number> {
  await using store = await openStore();
  const [size] = await store.rows<{ bytes: string }>(
    'select pg_database_size(current_database()) as bytes',
  );
  return Number(size!.bytes);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

/** The most memory that a process has until it ends (proc(5), VmHWM), in bytes. */
async function watched(running: ReturnType<typeof station>): Promise<number> {
  let most = 0;
  let over = false;
  void running.finally(() => (over = true));
  while (!over) {
    const text = await readFile(`/proc/${running.pid}/status`, 'utf8').catch(() => '');
    most = Math.max(most, Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024);
    await sleep(100);
  }
  return most;
}
