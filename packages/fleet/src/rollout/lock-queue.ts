import type { Tx } from '../store/store.js';

/**
 * Keeps the queue of a station for this transaction: a claim takes jobs and then rows, a hold rows and then jobs, and each would wait
 * for the other for ever.
 * @throws what the database says
 */
export const lockQueue = async (tx: Tx, station: string): Promise<void> => {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('levitate:queue:' || $1, 0))", [
    station,
  ]);
};
