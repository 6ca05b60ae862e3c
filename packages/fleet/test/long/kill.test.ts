/** The same as in `../kill.test.ts`, twenty times, by another seed each time: LEVITATE_FLEET_SEED names that of a run to be repeated. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, it, vi } from 'vitest';
import { stopCluster } from '../../src/store/cluster.js';
import { stateForTest } from '../cluster.js';
import { killAtRandom } from '../kills.js';
import { stationProcess } from '../station-process.js';

const seed = Number(process.env['LEVITATE_FLEET_SEED'] ?? Date.now() % 1e6);
const start = stationProcess();
let state: string;
beforeAll(async () => {
  state = await stateForTest();
  vi.stubEnv('LEVITATE_FLEET_STATE', state);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stopCluster(state);
  await rm(state, { recursive: true, force: true });
});

it(`loses no device and writes none twice: seed ${seed}`, { timeout: 900_000 }, async () => {
  await killAtRandom(start, state, 20, seed);
});
