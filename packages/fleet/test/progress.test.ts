/** How far devices are, and how worn their flash is, as a station keeps it. */
import { expect, it, vi } from 'vitest';
import { testCluster } from './cluster.js';
import { named, TestFleet } from './fleet.js';

const cluster = testCluster();

it('says how far each device is while it is worked on, and how worn its flash is afterwards', async () => {
  await using fleet = await TestFleet.of(await cluster.url(), named('d', 3));
  fleet.devices.chunkMilliseconds = 800;
  await fleet.start({});
  const running = fleet.run();
  const rows = () => fleet.store.rows<{ done: string }>('select * from progress order by device');
  const far = (name: string) => ({ device: name, phase: 'write', total: '4096' });
  await vi.waitFor(async () => expect(await rows()).toMatchObject(named('d', 3).map(far)), {
    timeout: 60_000,
  });
  const [first] = await rows();
  await vi.waitFor(
    async () => {
      const [now] = await rows();
      expect(Number(now!.done)).toBeGreaterThan(Number(first!.done));
      expect(now).toMatchObject({ rate: expect.any(Number) as number });
    },
    { timeout: 60_000 },
  );
  await running;
  expect(await rows()).toEqual([]);
  const wear = await fleet.store.rows<{ mean: number; highest: number }>(
    "select mean, highest from wear where device = 'd001' and medium = 'disk' order by at",
  );
  expect(wear).toEqual([
    { mean: 10, highest: 40 },
    { mean: 11, highest: 41 },
  ]);
});
