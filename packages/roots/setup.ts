/** Installs the compilers of ready roots, of all architectures where this is run by itself. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Architecture } from '../../src/profile/schema.js';
import { architectures, compilersFor } from './architectures.js';
import { rootsDir } from './sources.js';

export async function installCompilers(wanted: Architecture[]): Promise<void> {
  const packages = wanted.flatMap((arch) => compilersFor(architectures[arch]));
  const setup = ['test/setup.sh', ...new Set(packages)];
  await execa('sh', setup, { cwd: join(rootsDir, '../..'), stdio: 'inherit' });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await installCompilers(Object.keys(architectures) as Architecture[]);
