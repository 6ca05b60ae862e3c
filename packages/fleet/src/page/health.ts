import { reasonOf } from '../errors.js';
import { stations } from '../operations/stations.js';
import { stationToDo } from '../operations/what-to-do.js';
import type { Store } from '../store/store.js';

/** Whether somebody has to be called. */
export interface Health {
  /** Whether all is well. */
  ok: boolean;
  /** What is not: sentences. */
  problems: string[];
}

/** Says whether the database answers, and each station runs that has something to do. */
export async function health(store: Store): Promise<Health> {
  try {
    const found = await stations(store);
    const problems = found
      .map(({ name, open, silentSeconds }) => stationToDo(name, open, silentSeconds ?? undefined))
      .filter((text) => text !== '');
    return { ok: problems.length === 0, problems };
  } catch (error) {
    return { ok: false, problems: [`The database does not answer: ${reasonOf(error)}`] };
  }
}
