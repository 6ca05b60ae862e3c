/** The recipe in the package of a ready root makes the same bytes again, elsewhere, later and for somebody else. */
import { execa } from 'execa';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../../src/shared/sha256.js';
import { readyRoots, rootSources } from '../../lab/build/roots.js';
import { minutes } from '../lines.js';

interface Manifest {
  settings: Record<string, string>;
  sources: Record<string, unknown>;
  files: { path: string; sha256: string }[];
}

// The second is compiled with arithmetic in place of a floating-point unit besides.
test.each(['x86_64', 'mipsel'] as const)('%s', { timeout: minutes(90) }, async (arch) => {
  const built = join(await readyRoots(arch), arch);
  const manifest = JSON.parse(await readFile(join(built, 'manifest.json'), 'utf8')) as Manifest;
  const dir = await mkdtemp(join(tmpdir(), 'levitate-another-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await cp(join(built, 'recipe'), join(dir, 'recipe'), { recursive: true });
  for (const name of Object.keys(manifest.sources)) {
    await cp(join(await rootSources(), name), join(dir, 'sources', name), {
      ...{ recursive: true, preserveTimestamps: true, verbatimSymlinks: true },
    });
  }
  await mkdir(join(dir, 'work'));
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await execa('chown', ['-R', '65534:65534', dir]);
  const settings = Object.entries(manifest.settings).map(([key, value]) => `${key}=${value}`);
  await execa('env', [
    ...[...settings, 'JOBS=1', `HOME=${dir}`, `TMPDIR=${dir}`, 'LOGNAME=somebody', 'TZ=Asia/Tokyo'],
    ...[...(isRoot ? nobody : []), 'faketime', '-f', '+400d'],
    ...['sh', 'recipe/build.sh', 'sources', 'work', 'made'].map((word, index) =>
      index === 0 ? word : join(dir, word),
    ),
  ]);
  const made = await execa('find', ['made', '-type', 'f'], { cwd: dir, lines: true });
  const digests = await Promise.all(
    made.stdout.map(async (path): Promise<[string, string]> => {
      const [, , ...rest] = path.split('/');
      return [`/${rest.join('/')}`, sha256(await readFile(join(dir, path)))];
    }),
  );
  const expected = manifest.files.map((file): [string, string] => [file.path, file.sha256]);
  expect(Object.fromEntries(digests)).toEqual(Object.fromEntries(expected));
});
