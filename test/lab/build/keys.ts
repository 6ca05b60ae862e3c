/** The lab's SSH keys: made once per cache, the same for every build of every device. */
import { readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.js';
import { run } from './run.js';

export interface LabKeys {
  dir: string;
  /** The private key that every device's root accepts. */
  userKey: string;
  userPublicKey: string;
  /** The lines of the devices' public host keys: `type base64`. */
  hostPublicKeys: string[];
}

/** OpenSSH host keys are `ssh_host_TYPE_key`, their dropbear forms `dropbear_TYPE_host_key`. */
export async function labKeys(): Promise<LabKeys> {
  const dir = await cached('keys', [], '1', makeKeys);
  const line = async (name: string) =>
    (await readFile(join(dir, name), 'utf8')).split(' ').slice(0, 2).join(' ').trim();
  return {
    dir,
    userKey: join(dir, 'user'),
    userPublicKey: await line('user.pub'),
    hostPublicKeys: [await line('ssh_host_ed25519_key.pub'), await line('ssh_host_rsa_key.pub')],
  };
}

async function makeKeys(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const make = (type: string[], file: string, comment: string) =>
    run(['ssh-keygen', '-q', '-t', ...type, '-N', '', '-C', comment, '-f', join(dir, file)]);
  await make(['ed25519'], 'user', 'levitate-lab');
  await make(['ed25519'], 'ssh_host_ed25519_key', 'root@device');
  await make(['rsa', '-b', '2048', '-m', 'PEM'], 'ssh_host_rsa_key', 'root@device');
  for (const type of ['ed25519', 'rsa']) {
    const from = join(dir, `ssh_host_${type}_key`);
    await run([
      'dropbearconvert',
      'openssh',
      'dropbear',
      from,
      join(dir, `dropbear_${type}_host_key`),
    ]);
  }
}
