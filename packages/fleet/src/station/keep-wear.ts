import type { Claim } from '../engine/engine.js';
import type { Tx } from '../store/store.js';
import type { WearPoint } from './driver.js';

/**
 * Keeps how worn the flash of a device is. What it was before the deploy is kept at the deploy's beginning.
 * @throws what the database says
 */
export const keepWear = async (
  tx: Tx,
  { rollout, device }: Pick<Claim, 'rollout' | 'device'>,
  points: readonly WearPoint[],
): Promise<void> => {
  if (points.length === 0) return;
  await tx.query(
    `insert into wear (device, medium, at, mean, highest)
     select m.device, given.medium, case given.when when 'before' then m.started_at else now() end, given.mean, given.highest
     from member m, jsonb_to_recordset($3::jsonb) as given (medium text, "when" text, mean float8, highest float8)
     where m.rollout = $1 and m.device = $2 on conflict do nothing`,
    [rollout, device, JSON.stringify(points)],
  );
};
