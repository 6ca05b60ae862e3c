/** `npm run roots [-- ARCH…]`: compiles the ready roots of all architectures, or of some, into `packages/roots/dist`. */
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Architecture } from '../../src/profile/schema.js';
import { askedFor } from './architectures.js';
import { buildRoot, sourcesFor } from './build.js';
import { installCompilers } from './setup.js';
import { rootsDir } from './sources.js';

/** Where ready roots are compiled into, each in a folder of its architecture's name. */
export const compiledRoots = join(rootsDir, 'dist');

/**
 * Compiles the ready roots of these architectures, one after the other; one that fails does not keep the others.
 * @throws Error that names those that failed
 */
export async function compileRoots(wanted: Architecture[]): Promise<void> {
  const sources = join(rootsDir, '../../.cache/roots');
  await mkdir(compiledRoots, { recursive: true });
  const failed: string[] = [];
  for (const arch of wanted) {
    const scratch = await mkdtemp(join(compiledRoots, `.${arch}-`));
    try {
      await sourcesFor(arch, sources);
      await buildRoot(arch, sources, join(scratch, arch));
      await rm(join(compiledRoots, arch), { recursive: true, force: true });
      await rename(join(scratch, arch), join(compiledRoots, arch));
      console.log(`packages/roots/dist/${arch}`);
    } catch (error) {
      console.error((error as Error).message);
      failed.push(arch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  if (failed.length > 0) throw new Error(`not compiled: ${failed.join(', ')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = askedFor(process.argv.slice(2));
  await installCompilers(wanted);
  await compileRoots(wanted);
}
