import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with files (bytes or text) and links (`-> TARGET`), taken away when the test ends. */
export async function makeSysroot(files: Record<string, Uint8Array | string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-sysroot-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> '))
      await symlink(content.slice(3), place);
    else await writeFile(place, content);
  }
  return folder;
}
