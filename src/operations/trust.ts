import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fingerprint, parseHostKeys } from '../device/host-keys.js';
import { folderForSsh } from '../device/own-folders.js';
import type { Emit } from '../progress.js';

/**
 * Runs `work` with the ssh options that say which host key is trusted. Where the new system makes its own, no
 * known_hosts can know it: the first one that is presented is taken, and shown to the person.
 */
export async function withTrust<T>(
  host: string,
  newKey: boolean,
  emit: Emit,
  work: (options: string[]) => Promise<T>,
): Promise<T> {
  if (!newKey) return work([]);
  const folder = await folderForSsh();
  try {
    const file = path.join(folder, 'known_hosts');
    const value = await work([
      '-o',
      'StrictHostKeyChecking=accept-new',
      '-o',
      `UserKnownHostsFile=${file}`,
    ]);
    const keys = parseHostKeys(await readFile(file, 'utf8')).map(({ blob }) => fingerprint(blob));
    emit({
      type: 'note',
      level: 'warning',
      message: `The new system presented the host key ${keys.join(', ')}. If that is right, forget the old one: ssh-keygen -R ${host}`,
    });
    return value;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
