/** Four emulated devices by one station: at once, beside one after the other. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '../../../packages/fleet/src/engine/pg-boss.js';
import { ImageCache } from '../../../packages/fleet/src/images/image-cache.js';
import { keepImage } from '../../../packages/fleet/src/images/keep-image.js';
import { importInventory } from '../../../packages/fleet/src/operations/import-inventory.js';
import { report } from '../../../packages/fleet/src/operations/report.js';
import {
  planFromFile,
  startRollout,
} from '../../../packages/fleet/src/operations/start-rollout.js';
import { levitateDriver } from '../../../packages/fleet/src/station/levitate-driver.js';
import { runStation } from '../../../packages/fleet/src/station/run-station.js';
import { openStore } from '../../../packages/fleet/src/store/store.js';
import { stopCluster } from '../../../packages/fleet/src/store/cluster.js';
import { Levitate } from '../../e2e/levitate.js';
import { compressed, deviceArtifacts } from '../../lab/index.js';
import { writeSshConfig } from '../../lab/ssh.js';
import type { Row } from '../flash/measure.js';

const count = 4;

/** Measures both ways, each on fresh devices. */
export async function labRow(): Promise<Row[]> {
  const atOnce = await seconds(count);
  const oneByOne = await seconds(1);
  return [
    {
      what: `${count} emulated routers at once`,
      ...{ ours: `${atOnce.toFixed(0)} s`, against: `${oneByOne.toFixed(0)} s one by one` },
      ...{ ratio: atOnce / oneByOne, limit: 1 },
    },
  ];
}

/** Seconds of a rollout to all of them, so many at once. */
async function seconds(parallel: number): Promise<number> {
  const state = await mkdtemp('/tmp/levitate-fleet-');
  const routers: Levitate[] = [];
  const before = { ...process.env };
  Object.assign(process.env, { LEVITATE_FLEET_STATE: state, XDG_STATE_HOME: join(state, 'user') });
  try {
    for (let n = 0; n < count; n += 1) routers.push(await Levitate.at('router-ubi'));
    await using store = await openStore();
    await using engine = await openEngine(store);
    const devices = Object.fromEntries(
      await Promise.all(
        routers.map(
          async (router, n) =>
            [`r${n}`, { host: `r${n}`, profile: await router.profile() }] as const,
        ),
      ),
    );
    const inventory = join(state, 'fleet.yaml');
    await writeFile(inventory, JSON.stringify({ devices }));
    await importInventory(store, { file: inventory });
    const file = join(state, 'v2.yaml');
    const { v2 } = await deviceArtifacts('router-ubi');
    const images = { layout: await compressed(v2.ubi, 'gz') };
    const limits = { parallel, 'start-with': parallel };
    await writeFile(
      file,
      JSON.stringify({ name: 'v2', images, 'expect-build': 'router-ubi 2', limits }),
    );
    await startRollout(store, file, (await planFromFile(store, file)).digest);
    const cache = new ImageCache({ folder: join(state, 'images'), limit: 1024 ** 3 }, keepImage);
    const driver = levitateDriver(cache, await sshConfigFor(routers, state));
    const began = performance.now();
    await runStation(store, engine, {
      ...{ name: 'main', parallel, untilIdle: true, driver, state },
      signal: new AbortController().signal,
      onEvent: (text) => process.stderr.write(`  ${text}\n`),
    });
    const taken = (performance.now() - began) / 1000;
    const failed = (await report(store)).filter(({ result }) => result !== 'OK');
    if (failed.length > 0) throw new Error(`bench: ${JSON.stringify(failed)}`);
    return taken;
  } finally {
    for (const router of routers) await router.close();
    await stopCluster(state);
    await rm(state, { recursive: true, force: true });
    process.env = before;
  }
}

/** One ssh_config for all of them: emulated devices have the same name, and each a port of its own. */
async function sshConfigFor(routers: readonly Levitate[], folder: string): Promise<string> {
  const parts = await Promise.all(
    routers.map(async ({ device }, n) =>
      readFile(
        await writeSshConfig(await mkdtemp(join(folder, 'ssh-')), `r${n}`, device.port),
        'utf8',
      ),
    ),
  );
  const path = join(folder, 'ssh_config');
  await writeFile(path, parts.join('\n'));
  return path;
}
