/** The private cluster, and the inventory in the database. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ClientConfig } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clusterAddress, startCluster, stopCluster } from '../src/store/cluster.js';
import { programsFor } from '../src/store/programs.js';
import { answers } from '../src/store/answers.js';
import { openStore, type Store } from '../src/store/store.js';
import { importInventory } from '../src/operations/import-inventory.js';
import { knownDevices } from '../src/operations/devices.js';
import { stateForTest, testCluster } from './cluster.js';

const cluster = testCluster();

it('starts by itself, as an ordinary user, without a port, and comes back after all of it was killed', async () => {
  const folder = await stateForTest();
  try {
    const address = await startCluster(folder);
    await does(address, true);
    const pid = Number((await readPid(folder)).split('\n')[0]);
    const { stdout } = await execa('ps', ['-o', 'uid=', '-p', String(pid)]);
    expect(Number(stdout)).not.toBe(0);
    expect(await portsOf(pid)).toEqual([]);
    await killAll(pid);
    await does(address, false);
    // Several processes that come at once have one cluster.
    await Promise.all([startCluster(folder), startCluster(folder), startCluster(folder)]);
    await does(clusterAddress(folder), true);
    await stopCluster(folder);
    await does(address, false);
  } finally {
    await stopCluster(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

/** Waits until a cluster answers, or does not any more: one that is asked on a busy machine may take long. */
const does = (address: ClientConfig, answer: boolean) =>
  expect.poll(() => answers(address), { timeout: 60_000, interval: 200 }).toBe(answer);

/** The sockets of TCP that a process has. */
async function portsOf(pid: number): Promise<string[]> {
  const { stdout: files } = await execa('sh', ['-c', `ls -l /proc/${pid}/fd`]);
  const own = new Set([...files.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode));
  const { stdout: all } = await execa('cat', ['/proc/net/tcp', '/proc/net/tcp6']);
  return all.split('\n').filter((line) => own.has(line.trim().split(/\s+/)[9]));
}

const readPid = async (folder: string) =>
  (await execa('cat', [join(folder, 'data/postmaster.pid')])).stdout;

/** Ends the postmaster and everything below it at once, as a crash does. */
const killAll = (pid: number) =>
  execa('sh', ['-c', `kill -9 ${pid} $(ps -o pid= --ppid ${pid})`], { reject: false });

it('says in words what it cannot start', async () => {
  const long = `/tmp/${'x'.repeat(120)}`;
  await expect(startCluster(long)).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    hint: expect.stringContaining('LEVITATE_FLEET_STATE'),
  });
  await expect(programsFor('/nonexistent', '/nonexistent')).rejects.toThrow(
    'PostgreSQL is not installed',
  );
  const data = await stateForTest();
  await writeFile(join(data, 'PG_VERSION'), '9.4\n');
  await expect(programsFor(data)).rejects.toThrow('is of PostgreSQL 9.4, which is not installed');
  await rm(data, { recursive: true });
  await expect(openStore('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
  });
});

let store: Store;
let folder: string;
beforeAll(async () => {
  store = await cluster.store();
  folder = await stateForTest();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function imported(text: string, how: { dryRun?: boolean; prune?: boolean } = {}) {
  const file = join(folder, 'fleet.yaml');
  await writeFile(file, text);
  return importInventory(store, { file, ...how });
}

const names = async () => (await knownDevices(store)).map(({ name, host }) => `${name} ${host}`);

it('makes the fleet what an inventory says, deletes nothing without being told, and lets hosts change places', async () => {
  const two = 'devices: { a: { host: x, mac: b827eb010203 }, b: { host: y, tags: [t] } }';
  expect(await imported(two, { dryRun: true })).toMatchObject({ added: [{}, {}], missing: [] });
  expect(await names()).toEqual([]);
  await imported(two);
  expect(await names()).toEqual(['a x', 'b y']);
  expect(await imported(two)).toEqual({ added: [], changed: [], missing: [] });
  const swapped = 'devices: { a: { host: y }, b: { host: x, mac: b827eb010203 } }';
  expect((await imported(swapped)).changed).toMatchObject([
    {
      fields: [
        { field: 'host', from: 'x', to: 'y' },
        { field: 'mac', to: '' },
      ],
    },
    { fields: [{ field: 'host' }, { field: 'mac' }, { field: 'tags', from: 't', to: '' }] },
  ]);
  expect(await names()).toEqual(['a y', 'b x']);
  const one = 'devices: { a: { host: y } }';
  expect((await imported(one)).missing).toEqual(['b']);
  expect(await names()).toEqual(['a y', 'b x']);
  await imported(one, { prune: true });
  expect(await names()).toEqual(['a y']);
});

it('refuses a database of a newer version', async () => {
  const url = await cluster.url();
  await using newer = await openStore(url);
  await newer.rows('update version set taken = 99');
  await expect(openStore(url)).rejects.toThrow('newer levitate-fleet');
});
