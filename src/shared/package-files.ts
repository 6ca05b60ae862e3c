import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** levitate's own version, its folder, and the files of `initramfs/` in that, by their path in there. */
export async function readPackageFiles(): Promise<{
  version: string;
  folder: string;
  files: { path: string; bytes: Uint8Array }[];
}> {
  const root = packageRoot();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version, folder: root, files: await filesUnder(join(root, 'initramfs')) };
}

/** The nearest folder above with a package.json: the same from the sources and from dist/. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

async function filesUnder(
  root: string,
  under = '',
): Promise<{ path: string; bytes: Uint8Array }[]> {
  const entries = await readdir(join(root, under), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = posix.join(under, entry.name);
        if (entry.isDirectory()) return filesUnder(root, path);
        return entry.isFile() ? [{ path, bytes: await readFile(join(root, path)) }] : [];
      }),
  );
  return found.flat();
}
