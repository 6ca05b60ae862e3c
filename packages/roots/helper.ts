/** `npm run helper [-- ARCH…]`: compiles levitate's helper for all architectures, or for some, into `dist/helper`. */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from '../../src/profile/schema.js';
import { run } from '../../test/lab/build/run.js';
import { architectures, askedFor } from './architectures.js';
import { runRecipe, sourcesFor } from './build.js';
import { installCompilers } from './setup.js';
import { rootsDir } from './sources.js';

const checkout = join(rootsDir, '../..');
/** What comes before the programs of a ready root: the C library, and the arithmetic that it takes. */
const libraries = new Set(['musl', 'soft-float']);

const wanted = askedFor(process.argv.slice(2));
await installCompilers(wanted);
for (const arch of wanted) {
  const out = join(checkout, 'dist/helper', arch);
  await compile(arch, out);
  console.log(`dist/helper/${arch}`);
}

async function compile(arch: Architecture, out: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-helper-'));
  try {
    const sources = join(checkout, '.cache/roots');
    await sourcesFor(arch, sources);
    const work = join(scratch, 'work');
    await mkdir(work);
    const needed = architectures[arch].programs.filter((name) => libraries.has(name));
    await runRecipe(arch, needed, { sources, work, made: join(scratch, 'made') });
    const compiler = join(work, 'prefix/bin/cc');
    await run(['sh', join(checkout, 'initramfs/helper/build.sh'), compiler, out]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
