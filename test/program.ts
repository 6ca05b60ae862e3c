import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { bundleProgram } from '../bundle.js';

/**
 * Compiles the program as it stands, for tests that start it: it then needs no loader, which would print, read and write
 * for itself.
 * @returns the path of its main file, and what takes it away
 */
export async function compiledProgram(): Promise<{ main: string; remove: () => Promise<void> }> {
  const root = path.resolve(import.meta.dirname, '..');
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache/program-'));
  await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const part of ['docs', 'initramfs', 'profiles'])
    await symlink(path.join(root, part), path.join(folder, part));
  return {
    main: await bundleProgram(path.join(folder, 'dist/cli')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
