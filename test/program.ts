import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
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

/**
 * Packs levitate as `npm publish` does, out of a copy of the checkout: packing compiles anew, and takes the program away for
 * a moment that other tests run.
 * @param to a folder, which gets the tarball
 * @returns the tarball's path
 */
export async function packProgram(to: string): Promise<string> {
  const root = path.resolve(import.meta.dirname, '..');
  const copy = await mkdtemp(path.join(tmpdir(), 'levitate-checkout-'));
  try {
    for (const name of await readdir(root))
      if (!['.git', '.cache', 'dist', 'node_modules', 'packages', 'test'].includes(name))
        await cp(path.join(root, name), path.join(copy, name), { recursive: true });
    // Compiling makes `levitate fleet` of a checkout as well.
    const more = ['dist/helper', 'dist/efi', 'packages/fleet/bundle.ts', 'packages/fleet/src'];
    for (const name of more)
      await cp(path.join(root, name), path.join(copy, name), { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
    const pack = ['pack', '--silent', '--pack-destination', to];
    const { stdout } = await execa('npm', pack, { cwd: copy });
    return path.join(to, stdout.split('\n').at(-1) ?? '');
  } finally {
    await rm(copy, { recursive: true });
  }
}
