import { FleetError } from '../errors.js';
import type { Store } from '../store/store.js';

/** A device that no rollout goes to until a person says so. */
export interface Quarantined {
  /** The name of the device. */
  name: string;
  /** Since when. */
  since: Date;
  /** The code of what has happened. */
  code: string;
  /** What has happened, for people. */
  reason: string;
}

/** Every quarantined device. @throws what the database says */
export const quarantined = (store: Store): Promise<Quarantined[]> =>
  store.rows<Quarantined>(
    `select name, quarantined_at as since, quarantine_code as code, quarantine_reason as reason
     from device where quarantined_at is not null order by name collate "C"`,
  );

/**
 * Lets rollouts go to a device again.
 * @param isOther whether it is another device than before: who it is, is then learned anew
 * @throws FleetError NOT_FOUND where it is not quarantined
 */
export async function releaseDevice(store: Store, name: string, isOther: boolean): Promise<void> {
  const found = await store.rows(
    `update device set quarantined_at = null, quarantine_code = null, quarantine_reason = null,
       identity = case when $2 then null else identity end
     where name = $1 and quarantined_at is not null returning name`,
    [name, isOther],
  );
  if (found.length === 0) throw new FleetError('NOT_FOUND', `${name} is not quarantined`);
}
