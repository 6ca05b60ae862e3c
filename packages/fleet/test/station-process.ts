/** Stations as processes of their own, which tests kill. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll } from 'vitest';
import { checkout, compile, programPath } from './compile.js';

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
  /** What it finds in its environment. */
  env?: Record<string, string>;
}

/** Compiles a program of this folder before the tests of a file; gives its path. */
export function compiled(name: string): string {
  const program = programPath(name);
  beforeAll(() => compile(name, program));
  afterAll(() => rm(program, { force: true }));
  return program;
}

/** Compiles the station before the tests of a file, and gives what starts it with 40 devices at once. */
export function stationProcess() {
  const program = compiled('station');
  return ({ database = 'private', devices, state, name = 'main', env }: StationWords) =>
    execa(process.execPath, [program, database, devices, '40', state, name], {
      ...{ reject: false, all: true, cwd: checkout },
      env: { LEVITATE_FLEET_STATE: state, ...env },
    });
}

/** Ends the PostgreSQL of a cluster with everything below it, at once. */
export async function killPostgres(cluster: string): Promise<void> {
  const [pid] = (await readFile(join(cluster, 'data/postmaster.pid'), 'utf8')).split('\n');
  await execa('sh', ['-c', `kill -9 ${pid} $(ps -o pid= --ppid ${pid})`], { reject: false });
}
