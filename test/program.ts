import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

/**
 * Compiles the program as it stands, for tests that start it: it then needs no loader, which would print, read and write
 * for itself.
 * @returns the path of its main file, and what takes it away
 */
export async function compiledProgram(): Promise<{ main: string; remove: () => Promise<void> }> {
  const root = path.resolve(import.meta.dirname, '..');
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache/program-'));
  for (const name of await readdir(path.join(root, 'src'), { recursive: true })) {
    const to = path.join(folder, 'src', name.replace(/\.ts$/, '.js'));
    if (!name.endsWith('.ts')) continue;
    await mkdir(path.dirname(to), { recursive: true });
    const source = await readFile(path.join(root, 'src', name), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    await writeFile(to, outputText);
  }
  await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const part of ['docs', 'initramfs', 'profiles'])
    await symlink(path.join(root, part), path.join(folder, part));
  return {
    main: path.join(folder, 'src/cli/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
