import { existsSync } from 'node:fs';
import { appendFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { ClientConfig } from 'pg';
import { FleetError, reasonOf } from '../errors.js';
import { answers } from './answers.js';
import { clusterAccount, makeFolder, type Account } from './folder.js';
import { programsFor } from './programs.js';

/** How long a cluster that starts, or that another process starts, is waited for, in milliseconds. */
const patience = 60_000;

/** The longest path of a socket (unix(7): 108 bytes with the zero behind it). */
const longestSocket = 107;

/** How the database of a private cluster is reached: by a socket that only its user and root can open. */
export const clusterAddress = (folder: string): ClientConfig => ({
  host: join(folder, 'run'),
  port: 5432,
  user: 'levitate',
  database: 'postgres',
});

/**
 * Makes sure that the private cluster in a folder runs: makes it, and starts it, where that is to be done. It goes on when this
 * program ends; it has no port, only a socket in the folder.
 * @throws FleetError DATABASE_UNAVAILABLE
 */
export async function startCluster(folder: string): Promise<ClientConfig> {
  const address = clusterAddress(folder);
  refuseLongSocket(join(folder, 'run', '.s.PGSQL.5432'));
  if (await answers(address)) return address;
  const account = await clusterAccount();
  await makeFolder(folder, account);
  await makeFolder(join(folder, 'run'), account);
  const programs = await programsFor(join(folder, 'data'));
  await makeCluster(folder, programs, account);
  const until = performance.now() + patience;
  // The lock file of one that was killed stays in the way until its processes are gone.
  for (let failure = ''; ;) {
    const words = [
      '-D',
      join(folder, 'data'),
      '-l',
      join(folder, 'log'),
      '-w',
      '-t',
      '30',
      'start',
    ];
    const started = await run(join(programs, 'pg_ctl'), words, account);
    failure = started ?? failure;
    if (await answers(address)) return address;
    if (performance.now() > until) throw cannot('be started', failure, folder);
    await sleep(200);
  }
}

/** Ends the private cluster of a folder, if it runs. @throws FleetError DATABASE_UNAVAILABLE */
export async function stopCluster(folder: string): Promise<void> {
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  const programs = await programsFor(data);
  const words = ['-D', data, '-m', 'fast', '-w', 'stop'];
  const failure = await run(join(programs, 'pg_ctl'), words, await clusterAccount());
  if (failure !== undefined) throw cannot('be stopped', failure, folder);
}

async function makeCluster(folder: string, programs: string, account?: Account): Promise<void> {
  const data = join(folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) return;
  const draft = join(folder, `data.${process.pid}`);
  const words = ['-D', draft, '-U', 'levitate', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  const failure = await run(join(programs, 'initdb'), words, account);
  if (failure !== undefined) throw cannot('be made', failure, folder);
  const settings = {
    listen_addresses: "''",
    unix_socket_directories: `'${join(folder, 'run')}'`,
    unix_socket_permissions: '0700',
    max_connections: '60',
    timezone: "'UTC'",
    log_timezone: "'UTC'",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  await appendFile(join(draft, 'postgresql.conf'), lines.join(''));
  await rename(draft, data).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    // Another process may have made it meanwhile.
    if (!existsSync(join(data, 'PG_VERSION'))) throw cannot('be made', reasonOf(error), folder);
  });
}

/** Runs a program of PostgreSQL, away from this one's terminal. Gives what it says where it fails. */
async function run(
  program: string,
  words: string[],
  account?: Account,
): Promise<string | undefined> {
  const { exitCode, all, shortMessage } = await execa(program, words, {
    ...{ reject: false, all: true, stdin: 'ignore' as const, cwd: '/', timeout: patience },
    ...{ extendEnv: false, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } },
    ...account,
  });
  return exitCode === 0 ? undefined : (all ?? shortMessage ?? '').trim();
}

function refuseLongSocket(path: string): void {
  if (Buffer.byteLength(path) <= longestSocket) return;
  throw new FleetError('DATABASE_UNAVAILABLE', `the path of the socket is too long: ${path}`, {
    hint: 'LEVITATE_FLEET_STATE names a folder with a shorter path.',
  });
}

const cannot = (what: string, why: string, folder: string): FleetError =>
  new FleetError('DATABASE_UNAVAILABLE', `the database in ${folder} cannot ${what}: ${why}`, {
    hint: `Its own words are in ${join(folder, 'log')}.`,
  });
