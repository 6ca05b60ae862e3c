/** `npm run roots [-- ARCH…]`: compiles the ready roots of all architectures, or of some, into `packages/roots/dist`. */
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askedFor } from './architectures.js';
import { buildRoot, sourcesFor } from './build.js';
import { installCompilers } from './setup.js';
import { rootsDir } from './sources.js';

const wanted = askedFor(process.argv.slice(2));
await installCompilers(wanted);

const sources = join(rootsDir, '../../.cache/roots');
const dist = join(rootsDir, 'dist');
await mkdir(dist, { recursive: true });
const failed: string[] = [];
for (const arch of wanted) {
  const scratch = await mkdtemp(join(dist, `.${arch}-`));
  try {
    await sourcesFor(arch, sources);
    await buildRoot(arch, sources, join(scratch, arch));
    await rm(join(dist, arch), { recursive: true, force: true });
    await rename(join(scratch, arch), join(dist, arch));
    console.log(`packages/roots/dist/${arch}`);
  } catch (error) {
    console.error((error as Error).message);
    failed.push(arch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
if (failed.length > 0) throw new Error(`not compiled: ${failed.join(', ')}`);
