/** The sources that ready roots are made of: Debian's, as `sources.lock.json` pins them. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../test/lab/build/run.js';

/** The folder `packages/roots`. */
export const rootsDir = dirname(fileURLToPath(import.meta.url));

/** One source package. */
export interface PinnedSource {
  version: string;
  /** Where it is on a mirror. */
  folder: string;
  /** Name of each file → its hex SHA-256. */
  files: Record<string, string>;
}

export interface SourcesLock {
  /** The moment at which Debian had these, as snapshot.debian.org writes it. */
  snapshot: string;
  sources: Record<string, PinnedSource>;
}

export const lockPath = join(rootsDir, 'sources.lock.json');

export const readLock = async (): Promise<SourcesLock> =>
  JSON.parse(await readFile(lockPath, 'utf8')) as SourcesLock;

/** Of a source this large only the parts are unpacked that the recipe compiles. */
const parts: Record<string, string[]> = {
  glibc: ['soft-fp', 'sysdeps/mips/mips32', 'stdlib/longlong.h', 'COPYING.LIB', 'LICENSES'],
};

/** Fetches sources into a folder, where they are not there yet, and unpacks each as a folder of its name in it. */
export async function fetchSources(names: string[], folder: string): Promise<void> {
  const lock = await readLock();
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const source = lock.sources[name];
    if (!source) throw new Error(`sources.lock.json pins no ${name}`);
    for (const [file, digest] of Object.entries(source.files))
      await fetchFile(join(folder, file), digest, mirrorsOf(lock, `${source.folder}/${file}`));
    await rm(join(folder, name), { recursive: true, force: true });
    await unpack(folder, name, Object.keys(source.files));
  }
}

const mirrorsOf = ({ snapshot }: SourcesLock, path: string): string[] => [
  `http://deb.debian.org/debian/${path}`,
  `http://snapshot.debian.org/archive/debian/${snapshot}/${path}`,
];

async function fetchFile(path: string, digest: string, urls: string[]): Promise<void> {
  if ((await digestOf(path)) === digest) return;
  const failures: string[] = [];
  for (const url of urls) {
    const partial = `${path}.partial`;
    const words = ['download-file', url.replaceAll('+', '%2b'), partial, `SHA256:${digest}`];
    try {
      await run(['/usr/lib/apt/apt-helper', '-o', 'APT::Sandbox::User=', ...words]);
      await rename(partial, path);
      return;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(failures.join('\n'));
}

const digestOf = (path: string): Promise<string | undefined> =>
  readFile(path).then(
    (bytes) => createHash('sha256').update(bytes).digest('hex'),
    () => undefined,
  );

async function unpack(folder: string, name: string, files: string[]): Promise<void> {
  const only = parts[name];
  if (!only) {
    const description = files.find((file) => file.endsWith('.dsc')) ?? '';
    // The lock vouches for each file, where dpkg would ask for the keys of Debian's developers.
    const words = ['--no-check', '-x', join(folder, description), join(folder, name)];
    await run(['dpkg-source', ...words]);
    return;
  }
  const tarball = join(folder, files.find((file) => file.includes('.orig.tar.')) ?? '');
  const top = (await run(['tar', '-tf', tarball])).split('/', 1)[0] ?? '';
  await mkdir(join(folder, name));
  await run([
    ...['tar', '-xf', tarball, '-C', join(folder, name), '--strip-components=1'],
    ...only.map((part) => `${top}/${part}`),
  ]);
}
