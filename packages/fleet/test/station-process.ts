/** Stations as processes of their own, which tests kill. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll } from 'vitest';

const checkout = join(import.meta.dirname, '../../..');
const cache = join(checkout, '.cache');

/** What a station is started with. */
export interface StationWords {
  /** The address of the database; the private one in `state` without it. */
  database?: string;
  /** The socket of the fake devices. */
  devices: string;
  /** Its folder on this machine. */
  state: string;
  /** Its name. */
  name?: string;
  /** What is put before the program. */
  under?: string[];
  /** What it finds in its environment. */
  env?: Record<string, string>;
}

/** Compiles the station before the tests of a file, and gives what starts it with 40 devices at once. */
export function stationProcess() {
  const program = join(cache, `fleet-station-${process.pid}-${process.hrtime.bigint()}.mjs`);
  beforeAll(async () => {
    await mkdir(cache, { recursive: true });
    await build({
      entryPoints: [join(import.meta.dirname, 'station.ts')],
      ...{ outfile: program, bundle: true, packages: 'external', format: 'esm', platform: 'node' },
      ...{ target: 'node20.19', logLevel: 'warning' },
    });
  });
  afterAll(() => rm(program, { force: true }));
  return ({
    database = 'private',
    devices,
    state,
    name = 'main',
    under = [],
    env,
  }: StationWords) => {
    const [first = '', ...words] = [...under, process.execPath, program];
    return execa(first, [...words, database, devices, '40', state, name], {
      ...{ reject: false, all: true, cwd: checkout },
      env: { LEVITATE_FLEET_STATE: state, ...env },
    });
  };
}

/** Ends the PostgreSQL of a cluster with everything below it, at once. */
export async function killPostgres(cluster: string): Promise<void> {
  const [pid] = (await readFile(join(cluster, 'data/postmaster.pid'), 'utf8')).split('\n');
  await execa('sh', ['-c', `kill -9 ${pid} $(ps -o pid= --ppid ${pid})`], { reject: false });
}
