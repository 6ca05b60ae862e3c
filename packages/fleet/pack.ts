import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { npmPack } from '../npm-pack.js';
import { fleetBundle } from './bundle.js';

/**
 * Packs levitate-fleet, compiled. What it imports stays a package of its own; it wants to be where levitate is, of the same version. A
 * checkout does not say so, because `npm ci` would ask for what nobody has published yet.
 * @param folder that is not there yet, for what goes into the tarball
 * @param out the folder that gets the tarball
 * @returns the path of the tarball
 */
export async function packFleet(folder: string, out: string): Promise<string> {
  const here = import.meta.dirname;
  const levitate = JSON.parse(await readFile(join(here, '../../package.json'), 'utf8')) as {
    version: string;
  };
  const { devDependencies: _, ...about } = JSON.parse(
    await readFile(join(here, 'package.json'), 'utf8'),
  ) as { version: string; devDependencies: object };
  if (about.version !== levitate.version)
    throw new Error(`levitate-fleet is ${about.version}, levitate is ${levitate.version}`);
  await mkdir(folder);
  await build({ ...fleetBundle, outfile: join(folder, 'dist/main.js') });
  for (const name of ['README.md', 'fleet.schema.json', 'rollout.schema.json', 'page'])
    await cp(join(here, name), join(folder, name), { recursive: true });
  await cp(join(here, '../../LICENSE'), join(folder, 'LICENSE'));
  const peerDependencies = { levitate: levitate.version };
  const text = JSON.stringify({ ...about, peerDependencies }, null, 2);
  await writeFile(join(folder, 'package.json'), `${text}\n`);
  return npmPack(folder, out);
}
