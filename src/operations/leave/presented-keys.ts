import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isCode } from '../../errors.js';
import { fingerprint, parseHostKeys } from '../../ssh/host-keys.js';
import { settingsAsArguments } from '../../ssh/options.js';
import { folderForSsh } from '../../shared/user-folders.js';

/** What a look at a system that makes its own host key gave, and the keys that it presented. */
export interface Presented<T> {
  /** What the look gave. */
  value: T;
  /** Fingerprints of the keys that it presented; none where it is one that the person's ssh knows. */
  keys: string[];
  /** The name that the person's known_hosts may have another key under. */
  name: string | undefined;
}

/**
 * Looks once at a system that may present any host key: by what the person's ssh knows, and then with the ssh options that allow that,
 * because no known_hosts file has the key that a new system makes for itself. The keys count for this look only, because the maintenance system may
 * have answered an earlier look with its own key.
 */
export async function withPresentedKeys<T>(
  work: (options: string[]) => Promise<T>,
): Promise<Presented<T>> {
  try {
    return { value: await work([]), keys: [], name: undefined };
  } catch (error) {
    if (!isCode(error, 'HOST_KEY_CHANGED') && !isCode(error, 'HOST_KEY_UNKNOWN')) throw error;
  }
  const folder = await folderForSsh();
  try {
    const file = path.join(folder, 'known_hosts');
    const value = await work(
      settingsAsArguments({
        StrictHostKeyChecking: 'accept-new',
        UserKnownHostsFile: file,
        GlobalKnownHostsFile: '/dev/null',
        HashKnownHosts: 'no',
        CheckHostIP: 'no',
      }),
    );
    const text = await readFile(file, 'utf8').catch(() => '');
    return {
      value,
      keys: parseHostKeys(text).flatMap(({ blob }) => fingerprint(blob) ?? []),
      name: text.trim().split(/\s/)[0] || undefined,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
