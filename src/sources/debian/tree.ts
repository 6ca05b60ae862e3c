import { access, mkdir, readFile, readdir, readlink, rename } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { execa } from 'execa';
import { LevitateError, reasonOf } from '../../errors.js';
import { writeWhole } from '../../shared/atomic-file.js';
import { rootPath } from '../../shared/root-path.js';
import { downloadPackages, type AptHome } from './apt.js';
import type { PackageRecord } from './control.js';
import type { PinnedRecord } from './lock.js';
import { inWorkDirectory } from './work-directory.js';
import { sha256 } from '../../shared/sha256.js';

type Item = { stored: string; sha256: string } | { link: string };

/** An extracted package: its contents by their path in the root, and the bytes on demand. */
export interface PackageTree {
  record: PackageRecord;
  /** Hex SHA-256 of its contents: paths, links, and the digest of each file. */
  content: string;
  has(path: string): boolean;
  paths(): string[];
  /** The path at which a chain of links in the package ends; undefined where it leads out of the package or nowhere. */
  follow(path: string): string | undefined;
  /** The bytes of a regular file, checked against its digest from when it was extracted. */
  read(path: string): Promise<Uint8Array>;
}

/** The error where a mirror no longer has what the lists name; newer lists help. */
export class DownloadFailed extends LevitateError {}

/** Puts the .deb files of packages into a folder, each named after its package and an underscore. */
export type Fetch = (records: PackageRecord[], work: string) => Promise<void>;

/** Fetches the versions that apt's lists name; apt checks them against the signed lists. */
export const fetchListed =
  (home: AptHome): Fetch =>
  async (records, work) => {
    const { exitCode, stderr } = await downloadPackages(home, records, work);
    if (exitCode === 0) return;
    throw new DownloadFailed('SOURCE_FAILED', `packages could not be fetched: ${stderr.trim()}`, {
      hint: 'Check the network and that `apt-get download` works on this machine.',
    });
  };

/**
 * Opens packages, fetching and extracting those that the cache does not hold yet.
 * @throws LevitateError SOURCE_FAILED, and what `fetch` throws
 */
export async function openTrees(
  home: AptHome,
  records: (PackageRecord | PinnedRecord)[],
  fetch: Fetch,
): Promise<PackageTree[]> {
  const wanted: PackageRecord[] = [];
  for (const record of records) {
    if (!(await isThere(indexFile(home, record)))) wanted.push(record);
  }
  if (wanted.length > 0) await fetchAll(home, wanted, fetch);
  return Promise.all(records.map((record) => openTree(home, record)));
}

/** Gives the folder of all packages, of any release and architecture. */
export const store = (home: AptHome): string => join(dirname(home.directory), 'packages');
const treeOf = (home: AptHome, { sha256: hash }: PackageRecord): string => join(store(home), hash);
const indexFile = (home: AptHome, record: PackageRecord) =>
  join(treeOf(home, record), 'index.json');
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function fetchAll(home: AptHome, records: PackageRecord[], fetch: Fetch): Promise<void> {
  await inWorkDirectory(store(home), async (work) => {
    await fetch(records, work);
    const files = await readdir(work);
    for (const record of records) await extract(home, record, work, files);
  });
}

async function extract(
  home: AptHome,
  record: PackageRecord,
  work: string,
  files: string[],
): Promise<void> {
  const deb = files.find((name) => name.startsWith(`${record.name}_`) && name.endsWith('.deb'));
  const archive = join(work, deb ?? `${record.name}.deb`);
  const failed = (why: string, cause?: unknown) =>
    new LevitateError('SOURCE_FAILED', `package ${record.name} ${record.version}: ${why}`, {
      cause,
      hint: 'Remove the cache folder and build again; apt and dpkg must be installed.',
    });
  const bytes = await readFile(archive).catch((error: unknown) => {
    throw failed('was not downloaded', error);
  });
  if (sha256(bytes) !== record.sha256) throw failed('its SHA-256 is not the one that was promised');

  const fresh = join(work, `${record.name}-tree`);
  await mkdir(fresh);
  const unpacked = await execa('dpkg-deb', ['-x', archive, join(fresh, 'files')], {
    reject: false,
    env: { LC_ALL: 'C' },
  });
  if (unpacked.failed)
    throw failed(`cannot be extracted: ${unpacked.stderr || reasonOf(unpacked)}`);
  const items = Object.fromEntries(await indexOf(join(fresh, 'files')));
  await writeWhole(join(fresh, 'index.json'), JSON.stringify(items));
  await rename(fresh, treeOf(home, record)).catch(async (error: unknown) => {
    // Another build has put the same package there in the meantime; its bytes are the same.
    if (!(await isThere(indexFile(home, record)))) throw failed(reasonOf(error), error);
  });
}

async function indexOf(root: string, under = ''): Promise<[string, Item][]> {
  const entries = await readdir(join(root, under), { withFileTypes: true });
  const items = await Promise.all(
    entries.map(async (entry): Promise<[string, Item][]> => {
      const stored = posix.join(under, entry.name);
      const path = rootPath(stored);
      if (entry.isDirectory()) return indexOf(root, stored);
      if (entry.isSymbolicLink()) return [[path, { link: await readlink(join(root, stored)) }]];
      if (!entry.isFile()) return [];
      return [[path, { stored, sha256: sha256(await readFile(join(root, stored))) }]];
    }),
  );
  return items.flat();
}

/** Gives the digest of the contents, which is the same on every machine, in whatever order a folder is read. */
const contentOf = (items: Map<string, Item>): string =>
  sha256(
    Buffer.from(
      [...items]
        .map(([path, item]) => JSON.stringify([path, 'link' in item ? item : item.sha256]))
        .sort()
        .join('\n'),
    ),
  );

async function itemsOf(home: AptHome, record: PackageRecord): Promise<Map<string, Item>> {
  const text = await readFile(indexFile(home, record), 'utf8');
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, Item>));
  } catch (error) {
    throw altered(home, record, 'index.json', error);
  }
}

async function openTree(home: AptHome, record: PackageRecord | PinnedRecord): Promise<PackageTree> {
  const items = await itemsOf(home, record);
  const content = contentOf(items);
  // The index lies in the cache as well, and may have been altered like any file there; the lock has its digest.
  if ('content' in record && record.content !== content) throw altered(home, record, 'index.json');
  const follow = (path: string, hops = 0): string | undefined => {
    const item = items.get(path);
    if (item === undefined || hops > 8) return undefined;
    if (!('link' in item)) return path;
    const target = item.link.startsWith('/')
      ? item.link
      : posix.join(posix.dirname(path), item.link);
    return follow(rootPath(target), hops + 1);
  };
  return {
    record,
    content,
    has: (path) => items.has(path),
    paths: () => [...items.keys()],
    follow: (path) => follow(path),
    async read(path) {
      const item = items.get(path);
      if (item === undefined || 'link' in item) throw new Error(`${path} is not in ${record.name}`);
      const bytes = await readFile(join(treeOf(home, record), 'files', item.stored));
      if (sha256(bytes) === item.sha256) return bytes;
      throw altered(home, record, path);
    },
  };
}

const altered = (home: AptHome, record: PackageRecord, path: string, cause?: unknown) =>
  new LevitateError('SOURCE_FAILED', `${path} of ${record.name} was altered in the cache`, {
    cause,
    hint: `Remove ${treeOf(home, record)} and build again.`,
  });
