/**
 * `npm run tarballs [-- ARCH…]`: makes the tarballs of a release in `packages/dist`: levitate, levitate-fleet, and the ready root
 * of each architecture, or of some. What is not compiled yet is compiled.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../test/lab/build/run.js';
import { packProgram } from '../test/program.js';
import { isUefiArchitecture } from '../src/flash/rescue/uefi.js';
import type { Architecture } from '../src/profile/schema.js';
import { readPackageFiles } from '../src/shared/package-files.js';
import { askedFor } from './roots/architectures.js';
import { packFleet } from './fleet/pack.js';
import { npmPack } from './npm-pack.js';
import { compileHelper, compileLoader } from './roots/helper.js';
import { compiledRoots, compileRoots } from './roots/roots.js';
import { installCompilers } from './roots/setup.js';

const checkout = join(import.meta.dirname, '..');

/**
 * Packs levitate, levitate-fleet and ready roots, which have to be of the same version, into a folder.
 * @param roots the folder with the ready roots, one for each of these architectures
 * @returns the paths of the tarballs, levitate's first and that of the fleet behind it
 */
export async function packAll(
  archs: Architecture[],
  roots: string,
  out: string,
): Promise<string[]> {
  await mkdir(out, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-pack-'));
  try {
    await run(['tar', '-xzf', await packProgram(scratch), '-C', scratch]);
    const unpacked = join(scratch, 'package');
    await nameRoots(join(unpacked, 'package.json'), archs, roots);
    const tarballs = [await npmPack(unpacked, out), await packFleet(join(scratch, 'fleet'), out)];
    for (const arch of archs) tarballs.push(await npmPack(join(roots, arch), out));
    return tarballs;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Names the ready roots in levitate's package.json. They are optional: levitate works without one that a registry lacks. A
 * checkout does not name them, because `npm ci` would ask for packages that nobody has published yet.
 */
async function nameRoots(path: string, archs: Architecture[], roots: string): Promise<void> {
  const about = await readPackage(path);
  const packages = archs.map(async (arch) => {
    const { name, version } = await readPackage(join(roots, arch, 'package.json'));
    if (version !== about.version)
      throw new Error(`${name} is ${version}, levitate is ${about.version}: compile it anew`);
    return [name, version] as const;
  });
  const optionalDependencies = Object.fromEntries(await Promise.all(packages));
  await writeFile(path, `${JSON.stringify({ ...about, optionalDependencies }, null, 2)}\n`);
}

const readPackage = async (path: string) =>
  JSON.parse(await readFile(path, 'utf8')) as { name: string; version: string };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = askedFor(process.argv.slice(2));
  const roots = wanted.filter((arch) => !existsSync(join(compiledRoots, arch)));
  const helpers: Architecture[] = [];
  for (const arch of wanted) if (!(await readPackageFiles(arch)).helper) helpers.push(arch);
  const loaders = wanted.filter(isUefiArchitecture);
  await installCompilers([...new Set([...roots, ...helpers, ...loaders])]);
  await compileRoots(roots);
  for (const arch of helpers) await compileHelper(arch);
  for (const arch of loaders) await compileLoader(arch);
  const out = join(checkout, 'packages/dist');
  await rm(out, { recursive: true, force: true });
  for (const tarball of await packAll(wanted, compiledRoots, out)) console.log(tarball);
}
