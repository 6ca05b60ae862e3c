/** A station as a process of its own, for tests that kill it: DATABASE DEVICES PARALLEL STATE [NAME]. */
import { openEngine } from '../src/engine/pg-boss.js';
import { runStation } from '../src/station/run-station.js';
import { openStore } from '../src/store/store.js';
import { fakeDriver } from './fake-driver.js';

const [database, devices = '', parallel, state = '', name = 'main'] = process.argv.slice(2);
await using store = await openStore(database === 'private' ? undefined : database);
await using engine = await openEngine(store);
await runStation(store, engine, {
  ...{ name, state, parallel: Number(parallel), untilIdle: true, driver: fakeDriver(devices) },
  signal: new AbortController().signal,
  onEvent: (text) => console.log(text),
});
