/** Ready roots, compiled for the lab as `npm run roots` compiles them. */
import { join, relative } from 'node:path';
import { buildRoot, settingsOf } from '../../../packages/roots/build.js';
import { fetchSources, readLock, rootsDir } from '../../../packages/roots/sources.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { cached, labDir } from '../cache.js';

/** What the cache names by a hash lies below the lab, and this beside it. */
const recipe = (name: string): string => join(relative(labDir, rootsDir), name);

/** The folder of all sources that ready roots are made of, unpacked. */
export const rootSources = (): Promise<string> =>
  cached('root-sources', [recipe('sources.lock.json')], '', async (scratch) => {
    await fetchSources(Object.keys((await readLock()).sources), scratch);
  });

/**
 * A folder for LEVITATE_ROOTS that has the ready root of an architecture; built if absent, for which the compilers have
 * to be installed.
 */
export const readyRoots = (arch: Architecture): Promise<string> =>
  cached(
    `root-${arch}`,
    ['recipe', 'build.ts', 'sources.lock.json'].map(recipe),
    JSON.stringify(settingsOf(arch)),
    async (scratch) => buildRoot(arch, await rootSources(), join(scratch, arch)),
  );
