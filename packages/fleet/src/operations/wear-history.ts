import type { Store } from '../store/store.js';

/** How worn a flash of a device was at a time: its erase counters. */
export interface WornAt {
  /** The target that lies on it. */
  medium: string;
  /** When. */
  at: Date;
  /** The mean of its erase counters. */
  mean: number;
  /** The highest of them. */
  highest: number;
}

/** How worn the flash of a device was, over time; the last thousand that were read. @throws what the database says */
export const wearHistory = (store: Store, device: string): Promise<WornAt[]> =>
  store.rows<WornAt>(
    `select * from (select medium, at, mean, highest from wear where device = $1 order by at desc limit 1000) late
     order by medium collate "C", at`,
    [device],
  );
