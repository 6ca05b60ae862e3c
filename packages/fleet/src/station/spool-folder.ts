import { join } from 'node:path';
import type { Store } from '../store/store.js';

/**
 * Where outcomes of a station wait for its database: those for another database, of which a station may have the same name, lie
 * elsewhere.
 * @param state the folder of this machine
 * @throws what the database says
 */
export async function spoolFolder(store: Store, state: string, station: string): Promise<string> {
  const [database] = await store.rows<{ id: string }>(
    "select system_identifier || '.' || oid as id from pg_control_system(), pg_database where datname = current_database()",
  );
  return join(state, 'spool', `${database!.id}.${encodeURIComponent(station)}`);
}
