/** A private PostgreSQL for the tests of a file, with a database of its own for each store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openEngine } from '../src/engine/pg-boss.js';
import { clusterAddress, startCluster, stopCluster } from '../src/store/cluster.js';
import { openStore, type Store } from '../src/store/store.js';
import pg from 'pg';

/** A folder that PostgreSQL's user can reach, with a path that is short enough for a socket. */
export const stateForTest = (): Promise<string> => mkdtemp('/tmp/levitate-fleet-');

/** Starts a cluster before the tests of a file, and ends it behind them. */
export function testCluster(): {
  folder: string;
  url: () => Promise<string>;
  store: () => Promise<Store>;
} {
  const cluster = { folder: '' };
  let databases = 0;
  beforeAll(async () => {
    cluster.folder = await stateForTest();
    await startCluster(cluster.folder);
    // Tables are made once, and copied.
    await using store = await openStore(await create('template', 'template1'));
    await using engine = await openEngine(store);
    await engine.prepare('main');
  });
  afterAll(async () => {
    await stopCluster(cluster.folder);
    await rm(cluster.folder, { recursive: true, force: true });
  });
  const create = async (database: string, template: string) => {
    const client = new pg.Client(clusterAddress(cluster.folder));
    await client.connect();
    await client.query(`create database ${database} template ${template}`);
    await client.end();
    const run = encodeURIComponent(join(cluster.folder, 'run'));
    return `postgres://levitate@${run}/${database}`;
  };
  const url = () => create(`test${(databases += 1)}`, 'template');
  return {
    get folder() {
      return cluster.folder;
    },
    url,
    store: async () => openStore(await url()),
  };
}
