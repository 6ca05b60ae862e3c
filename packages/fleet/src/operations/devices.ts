import type { InventoryDevice } from '../inventory/device.js';
import type { Difference } from '../inventory/difference.js';
import type { PowerSettings } from '../power/schema.js';
import type { Candidate } from '../rollout/select.js';
import type { Store, Tx } from '../store/store.js';

/** A device of the fleet, as its row has it. */
export interface DeviceRow extends Candidate {
  /** By what it is known again, since it was looked at first. */
  identity?: string[] | undefined;
  /** When it was looked at last. */
  seenAt?: Date | undefined;
  /** Why it is quarantined. */
  quarantineReason?: string | undefined;
}

interface Row extends Omit<InventoryDevice, 'mac' | 'profile' | 'uplink' | 'rescue' | 'power'> {
  rescue: 'netboot' | null;
  power: PowerSettings | null;
  mac: string | null;
  profile: string | null;
  uplink: string | null;
  identity: string[] | null;
  build: string | null;
  seen_at: Date | null;
  quarantined_at: Date | null;
  quarantine_reason: string | null;
}

/** Every device of the fleet, by name. @throws what the database says */
export const knownDevices = async (store: Store): Promise<DeviceRow[]> =>
  (await store.rows<Row>('select * from device order by name collate "C"')).map(deviceRow);

const deviceRow = ({ name, host, station, tags, ...row }: Row): DeviceRow => ({
  ...{ name, host, station, tags },
  ...(row.mac === null ? {} : { mac: row.mac }),
  ...(row.profile === null ? {} : { profile: row.profile }),
  ...(row.uplink === null ? {} : { uplink: row.uplink }),
  ...(row.rescue === null ? {} : { rescue: row.rescue }),
  ...(row.power === null ? {} : { power: row.power }),
  identity: row.identity ?? undefined,
  build: row.build ?? undefined,
  seenAt: row.seen_at ?? undefined,
  quarantined: row.quarantined_at !== null,
  quarantineReason: row.quarantine_reason ?? undefined,
});

/**
 * Makes the fleet what an inventory says. A device that answers at another host is another one until it was looked at: what was
 * learned of it by the old host stays, so that a mistake is found at the next look.
 * @param prune whether devices that the inventory does not have go, with what is known of them
 * @throws what the database says
 */
export async function applyDifference(
  tx: Tx,
  { added, changed, missing }: Difference,
  prune: boolean,
): Promise<void> {
  if (prune && missing.length > 0) {
    await tx.query('delete from member where device = any($1)', [missing]);
    await tx.query('delete from device where name = any($1)', [missing]);
  }
  const given = [...added, ...changed.map(({ device }) => device)];
  // Hosts and addresses may go from one device to another: those that change let go of theirs first.
  const moved = changed.map(({ device }) => device.name);
  await tx.query("update device set host = 'moving ' || name, mac = null where name = any($1)", [
    moved,
  ]);
  await tx.query(
    `insert into device (name, host, mac, station, profile, tags, uplink, rescue, power)
     select name, host, mac, station, profile, array(select jsonb_array_elements_text(tags)), uplink, rescue, power
     from jsonb_to_recordset($1::jsonb) as given
       (name text, host text, mac text, station text, profile text, tags jsonb, uplink text, rescue text, power jsonb)
     on conflict (name) do update set host = excluded.host, mac = excluded.mac, station = excluded.station,
       profile = excluded.profile, tags = excluded.tags, uplink = excluded.uplink, rescue = excluded.rescue, power = excluded.power`,
    [JSON.stringify(given)],
  );
}
