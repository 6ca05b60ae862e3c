/** The one module that knows pg-boss: it wakes and claims, and nothing else of it is used. */
import { PgBoss, type Db } from 'pg-boss';
import type { Store, Tx } from '../store/store.js';
import type { Claim, Engine, NewJob } from './engine.js';

interface Data {
  rollout: number;
  device: string;
}

/** A station may take a day for a device; the engine never ends a job by itself, because it never supervises. */
const daySeconds = 86_400;

const queueOf = (station: string): string => `station.${station}`;

/** pg-boss within a transaction of ours. */
const within = (tx: Tx): { db: Db } => ({
  db: { executeSql: async (text, values) => tx.query(text, values) },
});

/**
 * Opens the engine on the database of a fleet.
 * @throws what the database says
 */
export async function openEngine(store: Store): Promise<Engine> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => store.raw(text, values) },
    ...{ schema: 'pgboss', supervise: false, schedule: false, registerInstance: false },
  });
  boss.on('error', () => undefined);
  await boss.start();
  return {
    prepare: async (station) => {
      if (await boss.getQueue(queueOf(station))) return;
      await boss.createQueue(queueOf(station), {
        ...{ policy: 'key_strict_fifo', retryLimit: 0, expireInSeconds: daySeconds },
        ...{ deleteAfterSeconds: 0, retentionSeconds: 365 * daySeconds },
      });
    },
    enqueue: async (tx, station, jobs) => {
      if (jobs.length === 0) return [];
      const ids = await boss.insert(queueOf(station), jobs.map(asJob), {
        ...within(tx),
        returnId: true,
      });
      return ids ?? [];
    },
    claim: async (tx, station, max, groupLimits) => {
      const tiers = Object.fromEntries(groupLimits.map((limit) => [String(limit), limit]));
      const limits = groupLimits.length > 0 ? { groupConcurrency: { default: max, tiers } } : {};
      const how = { batchSize: max, ...limits, ...within(tx) };
      const jobs = await boss.fetch<Data>(queueOf(station), how);
      return jobs.map(({ id, data }): Claim => ({ job: id, ...data }));
    },
    settle: async (tx, station, { job }) => {
      // What is over is in the row of the member; a job that is kept would only take room.
      await boss.deleteJob(queueOf(station), job, within(tx));
    },
    cancel: async (tx, station, jobs) => {
      if (jobs.length > 0) await boss.deleteJob(queueOf(station), [...jobs], within(tx));
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false, close: false }),
  };
}

const asJob = ({ rollout, device, priority = 0, notBefore, group }: NewJob) => ({
  data: { rollout, device },
  singletonKey: device,
  priority,
  ...(notBefore ? { startAfter: notBefore } : {}),
  ...(group ? { group: { id: group.id, tier: String(group.limit) } } : {}),
});
