import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';
import { NotATrustedKey, readTrustedKey, type TrustedKey } from '../image/signature/trusted-key.js';
import { noPath, notRegular } from '../shared/input-file.js';
import { checkHostKey, hostKeyPath, NotAHostKey } from './host-key.js';
import { normalise, sourcesOf, type ProfileFiles } from './normalise.js';
import { parseProfile } from './parse.js';
import { invalidProfile } from './problem.js';
import type { Profile } from './profile.js';
import { NotPublicKeys, parsePublicKeys } from './public-keys.js';
import type { RawProfile } from './schema.js';
import { describeValue, type Violation } from './violation.js';

/**
 * Reads a profile and the files that it names; those are found relative to the profile.
 * @throws LevitateError PROFILE_UNREADABLE, PROFILE_SYNTAX or PROFILE_INVALID; the last names every mistake at once,
 * in `data.errors` as a list of `Problem`.
 * @param inputs gets the path of each file that the profile depends on, its own too
 */
export async function loadProfile(path: string, inputs = new Set<string>()): Promise<Profile> {
  inputs.add(path);
  const text = await readText(path).catch((error: unknown) => {
    throw new LevitateError(
      'PROFILE_UNREADABLE',
      `${path} cannot be read: ${noPath(path)?.found.replace(/^/, 'it is ') ?? (isMissing(error) ? 'there is no such file' : reasonOf(error))}`,
      {
        cause: error,
        hint:
          noPath(path)?.hint ??
          'Name a profile (YAML); profiles/ in the levitate package holds some to start from.',
      },
    );
  });
  const { raw, place } = parseProfile(text, path);
  const wrong: Violation[] = [];
  const found = await readNamedFiles(raw, dirname(resolve(path)), wrong, inputs);
  if (wrong.length > 0) throw invalidProfile(path, wrong, place);
  return normalise(raw, found);
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Profiles and key files are of kilobytes. */
const mostBytes = 1024 * 1024;

/** The text of a regular file that is no larger than such files are. */
async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  if (bytes.includes(0)) throw new Error('it is not text, but perhaps an image');
  return bytes.toString('utf8');
}

/** The bytes of such a file. */
async function readBytes(path: string): Promise<Buffer> {
  const about = await stat(path);
  const other = notRegular(about);
  if (other !== undefined) throw new Error(`it is ${other}`);
  if (about.size > mostBytes)
    throw new Error(`it has ${about.size} bytes, and no such file has over a MiB`);
  return readFile(path);
}

async function readNamedFiles(
  raw: RawProfile,
  base: string,
  wrong: Violation[],
  inputs: Set<string>,
): Promise<ProfileFiles> {
  const found: ProfileFiles = { authorizedKeys: [], files: {}, sysroots: {} };
  for (const [index, name] of (raw.services?.sshd?.['authorized-keys'] ?? []).entries()) {
    if (name === 'keep' || name === 'agent') continue;
    const at = ['services', 'sshd', 'authorized-keys', index];
    inputs.add(resolve(base, name));
    try {
      found.authorizedKeys.push(...parsePublicKeys(await readText(resolve(base, name))));
    } catch (error) {
      const reason =
        error instanceof NotPublicKeys ? error.message : (outOfPlace(name) ?? unreadable(error));
      wrong.push(violation(at, 'a public key file (….pub)', `${describeValue(name)}, ${reason}`));
    }
  }
  await readTrust(raw, base, found, wrong, inputs);
  await readHostKey(raw, base, found, wrong, inputs);
  const named = Object.entries(raw.root?.files ?? {}).map(([target, name]) => ({
    target,
    name,
    at: ['root', 'files', target],
  }));
  const wifi = raw.services?.wifi?.configuration ?? 'keep';
  if (wifi !== 'keep') {
    const at = ['services', 'wifi', 'configuration'];
    named.push({ target: '/etc/wpa_supplicant/wpa_supplicant.conf', name: wifi, at });
  }
  for (const { target, name, at } of named) {
    const source = resolve(base, name);
    inputs.add(source);
    found.files[target] = source;
    const state = await stat(source).catch(unreadable);
    if (typeof state !== 'string' && state.isFile()) continue;
    const reason =
      outOfPlace(name) ??
      (typeof state === 'string'
        ? state
        : `which is ${notRegular(state) ?? ''}, not a regular file`);
    wrong.push(
      violation(at, 'a file, relative to the profile', `${describeValue(name)}, ${reason}`),
    );
  }
  await findSysroots(raw, base, found, wrong);
  return found;
}

async function readTrust(
  raw: RawProfile,
  base: string,
  found: ProfileFiles,
  wrong: Violation[],
  inputs: Set<string>,
): Promise<void> {
  const trust: TrustedKey[] = [];
  found.trust = trust;
  for (const [index, name] of (raw.flash?.trust ?? []).entries()) {
    const path = resolve(base, name);
    inputs.add(path);
    try {
      trust.push(readTrustedKey(await readBytes(path), name));
    } catch (error) {
      const reason =
        error instanceof NotATrustedKey ? error.message : (outOfPlace(name) ?? unreadable(error));
      const expected = 'a public key that signs images, relative to the profile';
      wrong.push(
        violation(['flash', 'trust', index], expected, `${describeValue(name)}, ${reason}`),
      );
    }
  }
}

async function readHostKey(
  raw: RawProfile,
  base: string,
  found: ProfileFiles,
  wrong: Violation[],
  inputs: Set<string>,
): Promise<void> {
  const name = raw.services?.sshd?.['host-keys'] ?? 'keep';
  if (name === 'keep' || name === 'new') return;
  const path = resolve(base, name);
  inputs.add(path);
  found.files[hostKeyPath] = path;
  try {
    checkHostKey(await readText(path));
  } catch (error) {
    const reason =
      error instanceof NotAHostKey ? error.message : (outOfPlace(name) ?? unreadable(error));
    const expected = 'keep, new, or a private key file, relative to the profile';
    const at = ['services', 'sshd', 'host-keys'];
    wrong.push(violation(at, expected, `${describeValue(name)}, ${reason}`));
  }
}

async function findSysroots(
  raw: RawProfile,
  base: string,
  found: ProfileFiles,
  wrong: Violation[],
): Promise<void> {
  for (const [index, source] of sourcesOf(raw).entries()) {
    if (typeof source === 'string' || !('sysroot' in source)) continue;
    const name = source.sysroot;
    const folder = resolve(base, name);
    found.sysroots[name] = folder;
    const state = await stat(folder).catch(unreadable);
    if (typeof state !== 'string' && state.isDirectory()) continue;
    const list = Array.isArray(raw.root?.from) ? [index] : [];
    const reason =
      outOfPlace(name) ?? (typeof state === 'string' ? state : 'which is not a folder');
    wrong.push(
      violation(
        ['root', 'from', ...list, 'sysroot'],
        'a folder, relative to the profile',
        `${describeValue(name)}, ${reason}`,
      ),
    );
  }
}

const violation = (path: Violation['path'], expected: string, found: string): Violation => ({
  path,
  at: 'value',
  expected,
  found,
});

const outOfPlace = (name: string): string | undefined => {
  const trouble = noPath(name);
  return trouble && `${trouble.found}. ${trouble.hint}`;
};

const unreadable = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT'
    ? 'which is not there'
    : `which cannot be read (${code ?? reasonOf(error)})`;
};
