import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError } from '../errors.js';

/** Where Debian's packages of PostgreSQL have their programs, a folder for each version. */
const debianFolder = '/usr/lib/postgresql';

/**
 * Finds the programs of PostgreSQL: those of the version that has made the cluster, or the newest ones.
 * @param data the folder of the cluster, which may not be there yet
 * @returns the folder with initdb and pg_ctl
 * @throws FleetError DATABASE_UNAVAILABLE
 */
export async function programsFor(data: string, root = debianFolder): Promise<string> {
  const there = (await readdir(root).catch(() => []))
    .filter((name) => existsSync(join(root, name, 'bin/pg_ctl')))
    .sort((a, b) => Number(b) - Number(a));
  const made = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  const wanted = made?.trim() ?? there[0];
  if (wanted !== undefined && there.includes(wanted)) return join(root, wanted, 'bin');
  if (wanted === undefined)
    throw new FleetError('DATABASE_UNAVAILABLE', 'PostgreSQL is not installed', {
      hint: 'apt-get install postgresql, or name a server of yours with --database postgres://…',
    });
  throw new FleetError(
    'DATABASE_UNAVAILABLE',
    `the database in ${data} is of PostgreSQL ${wanted}, which is not installed`,
    {
      hint: `Install postgresql-${wanted}; pg_dumpall and psql take the data to another version.`,
    },
  );
}
