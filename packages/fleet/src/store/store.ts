import pg, { type ClientConfig, type PoolClient } from 'pg';
import { FleetError, reasonOf } from '../errors.js';
import { clusterAddress, startCluster } from './cluster.js';
import { stateFolder } from './folder.js';
import { migrations } from './migrations.js';

/** What SQL is given to: one connection in a transaction, or any. */
export type Queryable = Pick<PoolClient, 'query'>;

/** A connection in a transaction. */
export type Tx = Queryable & { readonly inTransaction: true };

/** How long an answer is waited for, in milliseconds: a server that is cut off says nothing at all. */
const answerMilliseconds = 30_000;

/** The schema of levitate's own tables; pg-boss has another one. */
const schema = 'levitate';

/** The database of a fleet. */
export class Store implements AsyncDisposable {
  constructor(
    /** How it is reached. */
    readonly address: ClientConfig,
    private readonly pool: pg.Pool,
    /** Starts the server again where it is this machine's own and has died. @throws FleetError DATABASE_UNAVAILABLE */
    readonly revive: () => Promise<unknown>,
  ) {
    // A connection that breaks while nobody uses it is made anew when somebody does.
    pool.on('error', () => undefined);
  }

  /** Runs a statement as the library of the engine wants it. @throws what the database says */
  raw(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    return this.pool.query(text, values);
  }

  /** Asks for rows. @throws what the database says */
  async rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** Does work in one transaction, which is taken back where it throws. @throws what `work` and the database throw */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    try {
      await client.query('begin');
      const value = await work(Object.assign(client, { inTransaction: true as const }));
      await client.query('commit');
      return value;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** Makes a connection of its own, which the caller ends. @throws what the database says */
  async dedicated(): Promise<pg.Client> {
    const client = new pg.Client(this.address);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.pool.end();
  }
}

/**
 * Opens the database of a fleet, and brings its tables up to this version.
 * @param url of a server; without it, the private cluster of this machine's user, which is started where it does not run
 * @throws FleetError DATABASE_UNAVAILABLE
 */
export async function openStore(url?: string): Promise<Store> {
  const revive = () => (url === undefined ? startCluster(stateFolder()) : Promise.resolve());
  await revive();
  const address = url === undefined ? clusterAddress(stateFolder()) : { connectionString: url };
  const own = {
    ...address,
    ...{ options: `-c search_path=${schema}`, keepAlive: true },
    ...{ connectionTimeoutMillis: 15_000, query_timeout: answerMilliseconds },
  };
  const store = new Store(own, new pg.Pool({ ...own, max: 8 }), revive);
  try {
    await migrate(store);
    return store;
  } catch (cause) {
    await store[Symbol.asyncDispose]();
    if (cause instanceof FleetError) throw cause;
    throw new FleetError(
      'DATABASE_UNAVAILABLE',
      `the database does not answer: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}

const migrate = (store: Store): Promise<void> =>
  store.transaction(async (tx) => {
    // One process at a time; the number is that of no other lock of levitate.
    await tx.query("select pg_advisory_xact_lock(hashtext('levitate:migrate'))");
    await tx.query(`create schema if not exists ${schema}`);
    await tx.query('create table if not exists version (taken int not null)');
    const { rows } = await tx.query<{ taken: number }>('select taken from version');
    const taken = rows[0]?.taken ?? 0;
    if (taken > migrations.length)
      throw new FleetError('DATABASE_UNAVAILABLE', 'the database is of a newer levitate-fleet', {
        hint: 'Install that version here as well.',
      });
    if (taken === migrations.length) return;
    for (const step of migrations.slice(taken)) await tx.query(step);
    await tx.query('delete from version');
    await tx.query('insert into version values ($1)', [migrations.length]);
  });
