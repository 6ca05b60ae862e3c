import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { labKeys } from './keys.js';
import { buildFiles, type Version } from './payload.js';

/**
 * Writes what every Debian of the lab has beyond its recipe into a folder that is laid over its system: the files of its
 * build, with `mebibytes` that do not compress, and keys for OpenSSH.
 */
export async function writeDebianOverlay(
  tree: string,
  device: string,
  version: Version,
  mebibytes: number,
): Promise<void> {
  const files = buildFiles(device, version, mebibytes);
  const keys = await labKeys();
  files.set('root/.ssh/authorized_keys', `${keys.userPublicKey} levitate-lab\n`);
  for (const type of ['ed25519', 'rsa']) {
    for (const end of ['', '.pub']) {
      const name = `ssh_host_${type}_key${end}`;
      files.set(`etc/ssh/${name}`, await readFile(join(keys.dir, name)));
    }
  }
  for (const [path, content] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
}
