import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transformWithEsbuild } from 'vite';

/**
 * Compiles the program as it stands, for tests that start it: it then needs no loader, which would print, read and write
 * for itself.
 * @returns the path of its main file, and what takes it away
 */
export async function compiledProgram(): Promise<{ main: string; remove: () => Promise<void> }> {
  const root = path.resolve(import.meta.dirname, '..');
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache/program-'));
  const sources = await readdir(path.join(root, 'src'), { recursive: true });
  await Promise.all(
    sources
      .filter((name) => name.endsWith('.ts'))
      .map(async (name) => {
        const from = path.join(root, 'src', name);
        const to = path.join(folder, 'src', name.replace(/\.ts$/, '.js'));
        await mkdir(path.dirname(to), { recursive: true });
        // Without a tsconfig to look for; types go, and the rest stays as it is.
        const { code } = await transformWithEsbuild(await readFile(from, 'utf8'), from, {
          target: 'es2023',
          tsconfigRaw: {},
          sourcemap: false,
        });
        await writeFile(to, code);
      }),
  );
  await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const part of ['docs', 'initramfs', 'profiles'])
    await symlink(path.join(root, part), path.join(folder, part));
  return {
    main: path.join(folder, 'src/cli/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
