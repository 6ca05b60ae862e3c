/** The router's profile built from a ready root, where there is no package manager, no network and no other program. */
import { execa } from 'execa';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readyRoots } from '../lab/build/roots.js';

export interface ReadyFigures {
  archiveBytes: number;
  /** The archive without its compression: the files, and some hundred bytes for each. */
  unpackedBytes: number;
  /** The first build there: nothing is in the folder of the cache. */
  firstSeconds: number;
  warmSeconds: number;
}

const rounds = 10;

export async function readyFigures(): Promise<ReadyFigures> {
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-bench-'));
  const archive = join(scratch, 'archive');
  const home = join(scratch, 'home');
  const roots = await readyRoots('x86_64');
  const build = async (): Promise<number> => {
    const start = performance.now();
    const words = ['build', 'profiles/router-ubi.yaml', '-o', archive];
    await execa('/usr/bin/unshare', ['-rn', process.execPath, 'dist/cli/main.js', ...words], {
      extendEnv: false,
      env: { PATH: '/nonexistent', HOME: home, LEVITATE_ROOTS: roots },
    });
    return (performance.now() - start) / 1000;
  };
  try {
    const firstSeconds = await build();
    let warmSeconds = Infinity;
    for (let round = 0; round < rounds; round += 1)
      warmSeconds = Math.min(warmSeconds, await build());
    return {
      archiveBytes: (await stat(archive)).size,
      unpackedBytes: gunzipSync(await readFile(archive)).length,
      ...{ firstSeconds, warmSeconds },
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
