import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched packages are kept: LEVITATE_CACHE, else `levitate` in XDG_CACHE_HOME or ~/.cache. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env['LEVITATE_CACHE']) return env['LEVITATE_CACHE'];
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'levitate');
}
