import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isOf } from '../protocol/check.js';
import { Migration } from '../protocol/migration-file.js';
import { writePrivateJson } from '../shared/atomic-file.js';
import { refuseShared, unusable, xdgFolder, type OwnFolder } from '../shared/user-folders.js';

/** Where it is kept how a migration is undone, readable by this user only. */
const folder = (): OwnFolder => ({
  path: join(xdgFolder('XDG_STATE_HOME', '.local/state'), 'levitate', 'migrations'),
  what: 'the folder that keeps how migrations are undone',
  variable: 'XDG_STATE_HOME',
});

const fileOf = (host: string): string =>
  join(folder().path, `${encodeURIComponent(host).slice(0, 200)}.json`);

/**
 * Keeps how the migration of a device is undone, in place of what was kept before.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function noteMigration(migration: Migration): Promise<void> {
  try {
    await writePrivateJson(fileOf(migration.host), migration);
    await refuseShared(folder());
  } catch (error) {
    throw unusable(folder(), error);
  }
}

/** What is kept of the migration of a device; undefined where nothing is, or where it is not whole. */
export async function loadMigration(host: string): Promise<Migration | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(fileOf(host), 'utf8'));
    await refuseShared(folder());
    return isOf(Migration, found) && found.host === host ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      return undefined;
    throw error;
  }
}

/** Forgets the migration of a device, which was undone. */
export const forgetMigration = (host: string): Promise<void> => rm(fileOf(host), { force: true });
