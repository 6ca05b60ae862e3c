import { LevitateError } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Migration } from '../../protocol/migration-file.js';
import type { Run } from '../../progress.js';
import { workOn, type Work } from '../flash/work.js';
import type { Maintenance } from '../maintenance.js';

/** A profile that says how a device gets another system. */
export type MigratingProfile = Profile & Required<Pick<Profile, 'migrate'>>;

/** A device in maintenance that is getting another system. */
export interface Migrating {
  /** The device. */
  maintenance: Maintenance;
  /** The profile that the maintenance system was built from. */
  profile: MigratingProfile;
  /** Where the parts go, and how each is undone. */
  migration: Migration;
  /** Does work that needs the lease. */
  writing: Work['writing'];
}

/**
 * Takes up the migration of a device in maintenance.
 * @throws LevitateError MIGRATE_REFUSED where it was entered for something else
 */
export async function migratingOf(
  maintenance: Maintenance,
  migration: Migration,
  run: Run,
): Promise<Migrating> {
  const profile = await maintenance.profile(run);
  if (!profile.migrate) throw notBegun(migration.host);
  const { writing } = workOn(maintenance, [], run);
  return { maintenance, profile: { ...profile, migrate: profile.migrate }, migration, writing };
}

/** The error for a device that is in maintenance for something else. */
export const notBegun = (host: string): LevitateError =>
  new LevitateError(
    'MIGRATE_REFUSED',
    `${host} is in maintenance, and no migration of it was begun from this machine`,
    { hint: `Go back first: levitate leave ${host}. Then the same command begins it.` },
  );
