import type { Store } from '../store/store.js';
import type { Claimed } from './claimed.js';
import { Halted } from './outcome.js';

/**
 * Lets a device be written to, or not: here a stop still holds. One that may have been written to is always let go on, because it may
 * not start as it is.
 * @throws Halted where the rollout was stopped, or the claim is not this process's any more; what the database says
 */
export const allowWrite = (store: Store, { rollout, device, job }: Claimed): Promise<void> =>
  store.transaction(async (tx) => {
    const { rows: rollouts } = await tx.query<{ state: string }>(
      'select state from rollout where id = $1 for share',
      [rollout],
    );
    const { rows } = await tx.query<{ touched: boolean }>(
      'select touched from member where rollout = $1 and device = $2 and job = $3 for update',
      [rollout, device, job],
    );
    const [row] = rows;
    if (!row) throw new Halted('another process has taken the device over');
    if (!row.touched && rollouts[0]?.state === 'stopped')
      throw new Halted('the rollout was stopped');
    await tx.query(
      "update member set state = 'writing', touched = true where rollout = $1 and device = $2",
      [rollout, device],
    );
  });
