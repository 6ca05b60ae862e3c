/** A rollout to a real device: the station deploys with levitate, and tells the device who writes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, vi } from 'vitest';
import { openEngine } from '../../packages/fleet/src/engine/pg-boss.js';
import { ImageCache } from '../../packages/fleet/src/images/image-cache.js';
import { keepImage } from '../../packages/fleet/src/images/keep-image.js';
import { importInventory } from '../../packages/fleet/src/operations/import-inventory.js';
import { report } from '../../packages/fleet/src/operations/report.js';
import { rollouts } from '../../packages/fleet/src/operations/rollouts.js';
import { planFromFile, startRollout } from '../../packages/fleet/src/operations/start-rollout.js';
import { wearHistory } from '../../packages/fleet/src/operations/wear-history.js';
import type { Order } from '../../packages/fleet/src/station/driver.js';
import { levitateDriver } from '../../packages/fleet/src/station/levitate-driver.js';
import { runStation } from '../../packages/fleet/src/station/run-station.js';
import { testCluster } from '../../packages/fleet/test/cluster.js';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const cluster = testCluster();
afterEach(() => {
  vi.unstubAllEnvs();
});

const router = deviceTest('router-ubi');
router(
  'a station takes a device of the inventory to the new system, and reports what was written',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    vi.stubEnv('XDG_STATE_HOME', levitate.stateHome);
    const { v2 } = await deviceArtifacts('router-ubi');
    const { host, sshConfig } = levitate.device;
    await using store = await cluster.store();
    await using engine = await openEngine(store);
    const folder = await levitate.folder();
    const inventory = join(folder, 'fleet.yaml');
    const lab = { host, profile: await levitate.profile() };
    await writeFile(inventory, JSON.stringify({ devices: { lab } }));
    await importInventory(store, { file: inventory });
    const file = join(folder, 'v2.yaml');
    const images = { layout: await compressed(v2.ubi, 'gz') };
    await writeFile(file, JSON.stringify({ name: 'v2', images, 'expect-build': 'router-ubi 2' }));
    await startRollout(store, file, (await planFromFile(store, file)).digest);
    const cache = new ImageCache({ folder: join(folder, 'cache'), limit: 1024 ** 3 }, keepImage);
    const told: string[] = [];
    const driver = levitateDriver(cache, sshConfig);
    const steps: string[] = [];
    const deploy = (order: Order) =>
      driver.deploy({
        ...order,
        onStep: (step) => {
          steps.push(step.phase);
          order.onStep(step);
        },
      });
    await runStation(store, engine, {
      ...{ name: 'main', parallel: 2, untilIdle: true, driver: { ...driver, deploy } },
      ...{ state: folder, signal: new AbortController().signal },
      onEvent: (text) => told.push(text),
    });
    expect(told).toEqual(['lab: OK']);
    expect(await rollouts(store)).toMatchObject([
      { state: 'done', groups: [{ states: { done: 1 } }] },
    ]);
    const [row] = await report(store);
    expect(row).toMatchObject({
      name: 'lab',
      result: 'OK',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(row?.bytes).toBeGreaterThan(0);
    expect(await store.rows('select device from progress')).toEqual([]);
    expect(steps).toEqual(expect.arrayContaining(['stage', 'compare', 'write', 'verify']));
    const [before, after] = await wearHistory(store, 'lab');
    expect(before).toMatchObject({ medium: 'layout', highest: expect.any(Number) as number });
    expect(after!.highest).toBeGreaterThan(before!.highest);
    expect(after!.at.getTime()).toBeGreaterThan(before!.at.getTime());
    expect(await levitate.device.sh('cat /etc/build-id')).toBe('router-ubi 2');
  },
);
