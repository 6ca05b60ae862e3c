/** Small initramfs archives: an /init, a busybox and the kernel modules that it loads, in order. */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readModuleInfo } from '../../../src/rootfs/modinfo.js';
import { moduleCatalogue } from '../../../src/rootfs/module-catalogue.js';
import { orderModules } from '../../../src/rootfs/module-order.js';
import { run } from './run.js';

/** The files of `names` and all that they depend on, dependencies first. */
export async function moduleClosure(modulesDir: string, names: string[]): Promise<string[]> {
  const catalogue = moduleCatalogue(await readdir(modulesDir, { recursive: true }), {});
  const look = (paths: string[]) =>
    Promise.all(paths.map(async (path) => readModuleInfo(await readFile(join(modulesDir, path)))));
  const ordered = await orderModules(names, catalogue, look, modulesDir);
  return ordered.flatMap(({ path, required }) => (required ? join(modulesDir, path) : []));
}

export interface InitramfsParts {
  init: string;
  busybox: string;
  modules: string[];
}

/** Writes `file` (a gzipped cpio). The modules lie in /modules, named `NN-NAME.ko` in loading order. */
export async function writeInitramfs(
  file: string,
  scratch: string,
  parts: InitramfsParts,
): Promise<void> {
  const root = join(scratch, `tree-${basename(file)}`);
  for (const dir of ['bin', 'modules', 'dev', 'proc', 'sys', 'root', 'tmp']) {
    await mkdir(join(root, dir), { recursive: true });
  }
  await copyFile(parts.busybox, join(root, 'bin/busybox'));
  await writeFile(join(root, 'init'), parts.init, { mode: 0o755 });
  for (const [index, module] of parts.modules.entries()) {
    await copyFile(
      module,
      join(root, 'modules', `${String(index).padStart(2, '0')}-${basename(module)}`),
    );
  }
  await packCpio(root, file);
  await run(['rm', '-rf', root]);
}

/**
 * Packs a folder as a gzipped newc archive in which root owns everything. The same files give the same bytes: an archive that is
 * one block longer moves all files behind it in an image, and two builds would differ in all of them.
 */
export async function packCpio(root: string, file: string): Promise<void> {
  const script =
    'cd "$1"; find . -exec touch -h -d @0 {} +; find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible >"$2"';
  await run(['sh', '-euc', script, 'cpio', root, `${file}.cpio`]);
  await writeFile(file, gzipSync(await readFile(`${file}.cpio`), { level: 6 }));
  await run(['rm', `${file}.cpio`]);
}
