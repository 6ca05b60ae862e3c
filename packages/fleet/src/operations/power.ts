import { FleetError, reasonOf } from '../errors.js';
import { whyNotToCut, type DeviceAtCut } from '../power/may-cut.js';
import type { PowerAction, Switched } from '../power/steps.js';
import { switchPower } from '../power/switch.js';
import { openExclusive } from '../store/exclusive.js';
import type { Store } from '../store/store.js';

/** What became of the power of one device. */
export interface PowerResult {
  /** The device. */
  name: string;
  /** What went wrong; undefined where nothing did. */
  failure?: { code: string; message: string };
}

/** Whose power is switched, and how. */
export interface PowerOptions {
  /** The names of the devices. */
  names: readonly string[];
  /** What is done. */
  action: PowerAction;
  /** Whether a device is switched as well that is being written to, or half-written. */
  force?: boolean;
  /** Told as soon as it is known what became of a device. */
  onResult?: (result: PowerResult) => void;
}

/**
 * Switches the power of devices: all at once, but one request at a time for each PDU, among all processes that use the database.
 * @returns what became of each
 * @throws FleetError NOT_FOUND, POWER_UNKNOWN, WRONG_STATE before any is switched
 */
export async function switchDevices(store: Store, options: PowerOptions): Promise<PowerResult[]> {
  const { action, force = false, onResult } = options;
  const names = [...new Set(options.names)];
  const devices = await switchable(store, names);
  if (!force) await refuseWritten(store, names);
  await using exclusive = await openExclusive(store, 'power');
  return await Promise.all(
    devices.map(async (device) => {
      const result = await switchPower(device, action, exclusive.run).then(
        () => ({ name: device.name }),
        (error: unknown) => ({ name: device.name, failure: failureAs(error) }),
      );
      onResult?.(result);
      return result;
    }),
  );
}

const failureAs = (error: unknown) => ({
  code: error instanceof FleetError ? error.code : 'INTERNAL',
  message: reasonOf(error),
});

async function switchable(store: Store, names: readonly string[]): Promise<Switched[]> {
  const rows = await store.rows<Record<keyof Switched, unknown>>(
    'select name, mac, power from device where name = any($1)',
    [names],
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  return names.map((name) => {
    const row = byName.get(name);
    if (!row) throw new FleetError('NOT_FOUND', `there is no device ${name}`);
    if (row.power === null)
      throw new FleetError('POWER_UNKNOWN', `the inventory says nothing of the power of ${name}`);
    return { ...row, mac: row.mac ?? undefined } as Switched;
  });
}

async function refuseWritten(store: Store, names: readonly string[]): Promise<void> {
  const rows = await store.rows<DeviceAtCut & { device: string }>(
    `select distinct on (m.device) m.device, m.state, m.touched, d.rescue, d.quarantined_at is not null as quarantined
     from member m join device d on d.name = m.device where m.device = any($1)
     order by m.device, m.rollout desc`,
    [names],
  );
  for (const { device, ...about } of rows) {
    const why = whyNotToCut(about);
    if (why === undefined) continue;
    throw new FleetError('WRONG_STATE', `${device} ${why}`, {
      hint: '--force switches it all the same; where nothing leads it back to maintenance, a person has to go there then.',
    });
  }
}
