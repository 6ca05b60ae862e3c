/** The same as in `../away.test.ts`, for as long as a router takes to come back. */
import { expect, it } from 'vitest';
import { cuts, goThrough } from '../away.js';
import { testCluster } from '../cluster.js';

const cluster = testCluster();

it.each(Object.entries(cuts))(
  'goes on while the database %s for 90 s',
  { timeout: 400_000 },
  async (_, cut) => {
    const from = performance.now();
    await goThrough(cut, cluster.folder, await cluster.url(), 90);
    expect(performance.now() - from).toBeGreaterThan(90_000);
  },
);
