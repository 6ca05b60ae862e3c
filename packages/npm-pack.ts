import { join } from 'node:path';
import { run } from '../test/lab/build/run.js';

/**
 * Packs a folder as `npm publish` does, without running any of its scripts.
 * @param out the folder that gets the tarball
 * @returns the path of the tarball
 */
export async function npmPack(folder: string, out: string): Promise<string> {
  const words = ['npm', 'pack', folder, '--ignore-scripts', '--json', '--pack-destination', out];
  const [packed] = JSON.parse(await run(words)) as { filename: string }[];
  return join(out, packed?.filename ?? '');
}
