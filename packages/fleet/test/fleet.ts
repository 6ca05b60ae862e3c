/** A fleet of fake devices, with its store and its engine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../src/engine/pg-boss.js';
import type { Engine } from '../src/engine/engine.js';
import { importInventory } from '../src/operations/import-inventory.js';
import { report, type Reported } from '../src/operations/report.js';
import { rollouts, type RolloutView } from '../src/operations/rollouts.js';
import { planFromFile, startRollout } from '../src/operations/start-rollout.js';
import { runStation } from '../src/station/run-station.js';
import { openStore, type Store } from '../src/store/store.js';
import { FakeDevices } from './fake-devices.js';
import { fakeDriver } from './fake-driver.js';

/** Everything that a test of rollouts has. */
export class TestFleet implements AsyncDisposable {
  readonly events: string[] = [];

  private constructor(
    readonly folder: string,
    readonly store: Store,
    readonly engine: Engine,
    readonly devices: FakeDevices,
  ) {}

  /** Makes a fleet of devices of these names. */
  static async of(
    url: string | undefined,
    names: string[],
    about: object = {},
  ): Promise<TestFleet> {
    const folder = await mkdtemp(join(tmpdir(), 'levitate-fakes-'));
    const store = await openStore(url);
    const devices = await new FakeDevices(join(folder, 'devices')).listen();
    const fleet = new TestFleet(folder, store, await openEngine(store), devices);
    for (const name of ['new.img', 'x.yaml']) await writeFile(join(folder, name), name);
    const entries = names.map((name) => [name, { host: `root@${name}`, ...about }]);
    const inventory = {
      defaults: { profile: 'x.yaml' },
      devices: Object.fromEntries(entries) as object,
    };
    await writeFile(join(folder, 'fleet.yaml'), JSON.stringify(inventory));
    await importInventory(store, { file: join(folder, 'fleet.yaml') });
    return fleet;
  }

  /** Writes the file of a rollout. */
  async write(raw: object): Promise<string> {
    const file = join(this.folder, 'rollout.yaml');
    await writeFile(file, JSON.stringify({ name: 'v2', images: { disk: 'new.img' }, ...raw }));
    return file;
  }

  /** Starts a rollout that is as the file says. */
  async start(raw: object): Promise<number> {
    const file = await this.write(raw);
    const { digest } = await planFromFile(this.store, file);
    return startRollout(this.store, file, digest);
  }

  /** Runs a station until `end` says so, and unless told otherwise until no rollout runs. */
  async run(end = new AbortController(), { untilIdle = true } = {}): Promise<void> {
    const about = { name: 'main', parallel: 20 };
    await runStation(this.store, this.engine, {
      ...about,
      ...{ signal: end.signal, untilIdle, driver: fakeDriver(this.devices.path) },
      state: this.folder,
      onEvent: (text) => this.events.push(text),
    });
  }

  /** Where a rollout is. */
  async status(id: number): Promise<RolloutView> {
    return (await rollouts(this.store, id))[0]!;
  }

  /** What became of each device of a rollout, by its name: OK, a code, or a state. */
  async results(id: number): Promise<Record<string, string>> {
    const of = ({ code, result }: Reported) => code || result;
    return Object.fromEntries((await report(this.store, id)).map((row) => [row.name, of(row)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.devices.close();
    await this.engine[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Names with numbers. */
export const named = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(3, '0')}`);
