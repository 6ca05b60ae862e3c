/**
 * `npm run helper [-- ARCH…]`: compiles levitate's helper for all architectures, or for some, into `dist/helper`, and the boot loaders
 * of rescues on UEFI into `dist/efi`.
 */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isUefiArchitecture } from '../../src/flash/rescue/uefi.js';
import type { Architecture } from '../../src/profile/schema.js';
import { run } from '../../test/lab/build/run.js';
import { architectures, askedFor } from './architectures.js';
import { runRecipe, sourcesFor } from './build.js';
import { installCompilers } from './setup.js';
import { rootsDir } from './sources.js';

const checkout = join(rootsDir, '../..');
/** What comes before the programs of a ready root: the C library, and the arithmetic that it takes. */
const libraries = new Set(['musl', 'soft-float']);

/** Where the helper for an architecture is compiled into. */
const compiledHelper = (arch: Architecture): string => join(checkout, 'dist/helper', arch);

/** Compiles the helper for an architecture out of unpacked sources, which are fetched where they are not there. */
export async function compileHelper(
  arch: Architecture,
  out = compiledHelper(arch),
  sources = join(checkout, '.cache/roots'),
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-helper-'));
  try {
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

/** Compiles the boot loader of a rescue, for an architecture that has one. */
export async function compileLoader(arch: Architecture): Promise<void> {
  if (!isUefiArchitecture(arch)) return;
  const out = join(checkout, 'dist/efi', `${arch}.efi`);
  const compiler = `${architectures[arch].cross}-gcc-12`;
  await run(['sh', join(checkout, 'initramfs/efi/build.sh'), compiler, out]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = askedFor(process.argv.slice(2));
  await installCompilers(wanted);
  for (const arch of wanted) {
    await compileHelper(arch);
    await compileLoader(arch);
    console.log(`dist/helper/${arch}`);
  }
}
