import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LevitateError } from '../errors.js';
import type { Architecture } from '../profile/schema.js';
import { packageFolder } from '../shared/package-files.js';
import { waysTo } from './ready.js';

/**
 * Gives the folder of the ready root of an architecture, and undefined where this machine has none. LEVITATE_ROOTS, where
 * it is set, names the only folder with ready roots; otherwise npm packages that levitate can load and those that were
 * compiled in its checkout count.
 */
export const findReady = (arch: Architecture, search: ReadySearch = {}): string | undefined =>
  places(arch, search)
    .map(({ folder }) => folder)
    .find((folder) => folder !== undefined && existsSync(join(folder, 'manifest.json')));

/** The error for a ready root that is nowhere: it says where it was looked for, and how to get it. */
export function noReadyRoot(arch: Architecture, search: ReadySearch = {}): LevitateError {
  const looked = places(arch, search).map(({ shown }) => shown);
  const text = `there is no ready root for ${arch}: looked for ${looked.join(' and ')}`;
  return new LevitateError('SOURCE_FAILED', text, {
    hint: `Get it: ${waysTo(arch)}. Or take the programs from elsewhere, such as root.from: debian.`,
    data: { arch },
  });
}

/** Where ready roots are looked for. */
export interface ReadySearch {
  /** The environment; default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** The folder of levitate's own package; default: the one that this file is in. */
  home?: string;
}

interface Place {
  /** For messages. */
  shown: string;
  folder: string | undefined;
}

function places(
  arch: Architecture,
  { env = process.env, home = packageFolder() }: ReadySearch,
): Place[] {
  const named = env['LEVITATE_ROOTS'];
  if (named !== undefined)
    return [{ shown: `${join(named, arch)} (LEVITATE_ROOTS)`, folder: join(named, arch) }];
  const name = `@levitate/root-${arch}`;
  const compiled = join(home, 'packages/roots/dist', arch);
  return [
    { shown: `the npm package ${name}`, folder: npmFolder(name, home) },
    { shown: compiled, folder: compiled },
  ];
}

function npmFolder(name: string, home: string): string | undefined {
  try {
    return dirname(createRequire(join(home, 'package.json')).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
