import { readFile, readdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { isPublicKey } from '../profile/public-keys.js';
import { resolveSshConfig, type SshConfig } from './config.js';
import { parseHostKey } from './host-keys.js';

/** What an agent may take to list its keys; one on hardware may be slow, and one that is forwarded may be gone. */
const agentMs = 5_000;

/**
 * The public keys that the person at this machine has for a host: those of the agent, those that the ssh configuration
 * names for it, and the default identities (ssh-add(1), ssh(1)). No private key is read, and nobody is asked for anything.
 * @param home the folder with `.ssh`, which the ssh client takes from the user database
 * @returns lines of authorized_keys, each key once
 * @throws LevitateError as `resolveSshConfig` does
 */
export async function ownKeys(
  host: string,
  configFile?: string,
  home = homeOfUser(),
): Promise<string[]> {
  const config = await resolveSshConfig(host, configFile);
  const texts = await Promise.all([
    agentKeys(config),
    ...(await publicKeyFiles(config, home)).map((path) => readFile(path, 'utf8').catch(() => '')),
  ]);
  const lines = texts.flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim());
  const found = new Map<string, string>();
  for (const line of lines) {
    const key = isPublicKey(line) && parseHostKey(line);
    // A key with options in front is not a person's own, but one of authorized_keys.
    if (!key || !line.startsWith(key.type)) continue;
    const id = key.blob.toString('base64');
    if (!found.has(id)) found.set(id, line);
  }
  return [...found.values()];
}

/** ssh takes no word of HOME for it; a user without an entry in the user database has no other. */
function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}

/** What the agent lists that ssh would ask; nothing where there is none, or it is silent. */
async function agentKeys({ settings }: SshConfig): Promise<string> {
  const named = settings.get('identityagent')?.[0] ?? 'SSH_AUTH_SOCK';
  if (named === 'none') return '';
  const socket = named === 'SSH_AUTH_SOCK' ? undefined : fromEnvironment(named);
  const { stdout } = await execa('ssh-add', ['-L'], {
    reject: false,
    stdin: 'ignore',
    timeout: agentMs,
    ...(socket === undefined ? {} : { env: { SSH_AUTH_SOCK: socket } }),
  });
  return stdout ?? '';
}

/** IdentityAgent may name a variable that holds the path (ssh_config(5)). */
const fromEnvironment = (named: string): string =>
  named.startsWith('$') ? (process.env[named.slice(1).replace(/^\{(.*)\}$/, '$1')] ?? '') : named;

async function publicKeyFiles(config: SshConfig, home: string): Promise<string[]> {
  const folder = join(home, '.ssh');
  const usual = (await readdir(folder).catch(() => []))
    .filter((name) => /^id_.*\.pub$/.test(name))
    .sort()
    .map((name) => join(folder, name));
  const named = config.identityFiles
    .map((path) => withoutTokens(path, config, home))
    .map((path) => (path.endsWith('.pub') ? path : `${path}.pub`));
  return [...named, ...usual];
}

/** The tokens of IdentityFile that `ssh -G` leaves as they are (ssh_config(5), TOKENS). */
function withoutTokens(path: string, { hostname, port, user }: SshConfig, home: string): string {
  const tokens: Record<string, string> = {
    '%d': home,
    '%h': hostname,
    '%p': String(port),
    '%r': user,
    '%%': '%',
  };
  return path.replace(/^~(?=\/)/, home).replace(/%./g, (token) => tokens[token] ?? token);
}
