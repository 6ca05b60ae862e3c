import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A program that signs files, with a key of its own. */
export interface Signer {
  /** The file with its public key. */
  publicKey: string;
  /** Signs a file; the signature lies beside it under the name that the program itself gives it. */
  sign: (file: string) => void;
}

const quiet = { stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };

/** Makes a signer of each program in a folder; every call makes new keys. */
export const signers: Record<string, (folder: string) => Signer> = {
  minisign: (folder) => minisign(folder, '-H'),
  'minisign, the file itself': (folder) => minisign(folder, '-l'),
  signify: (folder) => {
    const [publicKey, secret] = [join(folder, 'signify.pub'), join(folder, 'signify.sec')];
    execFileSync('signify-openbsd', ['-G', '-n', '-p', publicKey, '-s', secret], quiet);
    const sign = (file: string) =>
      execFileSync('signify-openbsd', ['-S', '-s', secret, '-m', file, '-x', `${file}.sig`], quiet);
    return { publicKey, sign };
  },
  'OpenPGP, armored': (folder) => openPgp(folder, ['--armor']),
  'OpenPGP, binary': (folder) => openPgp(folder, []),
  ssh: (folder) => {
    const secret = join(folder, 'id');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'x', '-f', secret], quiet);
    const sign = (file: string) => {
      rmSync(`${file}.sig`, { force: true });
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', secret, file], quiet);
    };
    return { publicKey: `${secret}.pub`, sign };
  },
};

function minisign(folder: string, form: string): Signer {
  const [publicKey, secret] = [join(folder, 'minisign.pub'), join(folder, 'minisign.key')];
  execFileSync('minisign', ['-G', '-f', '-W', '-p', publicKey, '-s', secret], quiet);
  const sign = (file: string) =>
    execFileSync('minisign', ['-S', form, '-s', secret, '-m', file, '-t', 'release 7'], quiet);
  return { publicKey, sign };
}

function openPgp(folder: string, form: string[]): Signer {
  const home = join(folder, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const publicKey = join(folder, 'key.pgp');
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--yes', '--quiet', ...args], quiet);
  gpg('--passphrase', '', '--quick-generate-key', 'Acme <a@example.org>', 'ed25519', 'sign');
  gpg(...form, '--output', publicKey, '--export');
  const sign = (file: string) => {
    gpg(...form, '--detach-sign', file);
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'], quiet);
  };
  return { publicKey, sign };
}

/** What a public key's file holds. */
export const keyBytes = ({ publicKey }: Signer): Buffer => readFileSync(publicKey);
