import type { Command } from 'commander';
import { openEngine } from '../engine/pg-boss.js';
import type { Engine } from '../engine/engine.js';
import { openStore, type Store } from '../store/store.js';

/** Options of every command that uses the database. */
export interface DatabaseOptions {
  /** The address of a server, in place of the private one. */
  database?: string;
}

/** Adds a command that uses the database. */
export const addDatabaseCommand = (parent: Command, name: string, does: string): Command =>
  parent
    .command(name)
    .summary(does)
    .description(`${does[0]!.toUpperCase()}${does.slice(1)}.`)
    .option(
      '--database <URL>',
      'a PostgreSQL server of yours, such as postgres://user@host/name; without it and without LEVITATE_FLEET_DATABASE, a private one of this machine',
    );

/** Adds a command with commands of its own. */
export const addGroup = (parent: Command, name: string, does: string): Command =>
  parent.command(name).summary(does).description(does);

/** Adds the option for programs. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'print JSON in place of lines for people');

/** Does work with the database. @throws FleetError DATABASE_UNAVAILABLE; what `work` throws */
export async function withStore<T>(
  { database }: DatabaseOptions,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  await using store = await openStore(database ?? process.env['LEVITATE_FLEET_DATABASE']);
  return await work(store);
}

/** The same with the engine. @throws FleetError DATABASE_UNAVAILABLE; what `work` throws */
export const withEngine = <T>(
  options: DatabaseOptions,
  work: (store: Store, engine: Engine) => Promise<T>,
): Promise<T> =>
  withStore(options, async (store) => {
    await using engine = await openEngine(store);
    return await work(store, engine);
  });
