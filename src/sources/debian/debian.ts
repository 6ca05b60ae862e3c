import { LevitateError } from '../../errors.js';
import { nearest } from '../../shared/nearest.js';
import type { Architecture } from '../../profile/schema.js';
import { inCache } from '../cache-directory.js';
import type { ProgramRequest, Source, SourceFile, SourceProgram } from '../source.js';
import { debianKernels, openKernel } from './kernels.js';
import { findLibrary } from './libraries.js';
import { packageOfProgram } from './packages.js';
import { askedDigest, lockDiffers, lockDifference, type Pins } from './lock.js';
import type { Fetched } from './apt.js';
import { fetchPinned, pinnedRecords } from './pinned.js';
import { openRecords } from './records.js';
import { aptHome, debianArchitecture } from './release.js';
import { makePackageSet, type PackageSet } from './package-set.js';
import { DownloadFailed, fetchListed, store, type PackageTree } from './tree.js';
import { clearStale } from './work-directory.js';

/** What opening Debian's packages takes. */
export interface DebianOptions {
  arch: Architecture;
  /** A release such as `bookworm`; undefined = the one in the apt sources of the host. */
  release: string | undefined;
  /** The folder that holds everything fetched. */
  cache: string;
  warn: (message: string) => void;
  /** Is told while packages are fetched how far that is. */
  onFetched?: Fetched;
  /** The lock to use and to record packages for; undefined = the newest packages, which are not recorded. */
  pins?: Pins;
}

const programDirectories = ['/usr/sbin', '/usr/bin'];

/**
 * A source of Debian packages, fetched through apt into the cache folder; it needs no root.
 * @throws LevitateError SOURCE_FAILED, LOCK_DIFFERS
 */
export async function debianSource(options: DebianOptions): Promise<Source> {
  const packageSet = await inCache(options.cache, () => openPackageSet(options));
  const asked: ProgramRequest[] = [];
  const tell = () =>
    options.pins?.opened({
      arch: options.arch,
      release: options.release ?? 'host',
      asked: askedDigest(asked),
      packages: packageSet.opened(),
    });
  const { triplet } = debianArchitecture(options.arch);
  const directories = [`/usr/lib/${triplet}`, '/usr/lib', '/usr/lib64'];
  const unitFile = async (tree: PackageTree, path: string, as = path): Promise<SourceFile> => ({
    path: as,
    bytes: await tree.read(path),
    origin: `debian ${tree.record.name} ${tree.record.version}`,
    unit: tree.record.name,
  });

  return {
    kernels: (kernel) =>
      debianKernels(kernel, async (name) => {
        asked.push({ name, reason: 'kernel modules', package: name });
        const tree = await inCache(options.cache, () => openKernel(packageSet, name));
        tell();
        return { tree, unitFile: (path) => unitFile(tree, path) };
      }),
    loaderDirectories: () => Promise.resolve({ search: directories, builtIn: directories }),
    searched: (unit) =>
      unit === undefined ? 'the package libc6' : `the packages that ${unit} depends on`,
    programs: (requests) =>
      inCache(options.cache, async () => {
        asked.push(...requests);
        const wanted = requests.flatMap((request) => {
          const name = packageFor(request);
          return name === undefined ? [] : [{ request, name }];
        });
        const trees = await openAll(packageSet, wanted);
        const all: { request: ProgramRequest; found: SourceProgram }[] = [];
        for (const { request, name } of wanted) {
          const tree = trees.get(name);
          const found = tree && locate(tree, request.name);
          if (found) {
            const file = await unitFile(tree, found.path);
            all.push({ request, found: { file, aliases: found.aliases } });
          } else if (!request.optional) {
            throw toolMissing(request, name, tree);
          }
        }
        tell();
        return all;
      }),
    library: (name, where, unit) =>
      inCache(options.cache, async () => {
        const found = await findLibrary(packageSet, name, where, unit);
        tell();
        return found && unitFile(found.tree, found.path, found.as);
      }),
  };
}

async function openPackageSet({
  cache,
  arch,
  release,
  warn,
  onFetched,
  pins,
}: DebianOptions): Promise<PackageSet> {
  if (pins?.lock) {
    const why = lockDifference(pins.lock, { ...pins.lock, arch, release: release ?? 'host' });
    if (why !== undefined) throw lockDiffers(pins.path, why);
    const home = { ...(await aptHome(cache, arch, undefined)), onFetched };
    await clearStale(store(home));
    return makePackageSet(home, pinnedRecords(pins.lock, pins.path), fetchPinned(home, pins));
  }
  const home = { ...(await aptHome(cache, arch, release)), onFetched };
  await clearStale(store(home));
  return makePackageSet(home, await openRecords(home, warn), fetchListed(home));
}

/**
 * Opens packages. Lists that are up to a day old can name versions that a mirror has replaced since; they are then
 * fetched again, once.
 */
async function openAll(
  packageSet: PackageSet,
  wanted: { request: ProgramRequest; name: string }[],
): Promise<Map<string, PackageTree>> {
  const names = [...new Set(wanted.map(({ name }) => name))];
  const required = wanted.filter(({ request }) => !request.optional);
  let stale = false;
  let trees = await packageSet.open(names).catch((error: unknown) => {
    if (!(error instanceof DownloadFailed)) throw error;
    stale = true;
    return new Map<string, PackageTree>();
  });
  if (stale || required.some(({ name }) => !trees.has(name))) {
    await packageSet.refresh();
    trees = await packageSet.open(names);
  }
  for (const { request, name } of required) {
    if (!trees.has(name))
      throw await packageSet.missing(name, `${request.name} (${request.reason})`);
  }
  return trees;
}

function packageFor({
  name,
  reason,
  package: named,
  optional,
}: ProgramRequest): string | undefined {
  const known = named ?? packageOfProgram.get(name);
  if (known !== undefined || optional) return known;
  const near = nearest(name, [...packageOfProgram.keys()]);
  throw new LevitateError('TOOL_UNKNOWN', `levitate does not know a tool "${name}" (${reason})`, {
    hint: `${near ? `Did you mean ${near}? ` : ''}Name its package: { package: PACKAGE, programs: [${name}] }.`,
    data: { tool: name, ...(near ? { nearest: near } : {}) },
  });
}

/** Finds a program by name; where the package has it as a link, gives the file and the path of the link. */
function locate(tree: PackageTree, name: string): { path: string; aliases: string[] } | undefined {
  for (const directory of programDirectories) {
    const asked = `${directory}/${name}`;
    const path = tree.follow(asked);
    if (path !== undefined) return { path, aliases: path === asked ? [] : [asked] };
  }
  return undefined;
}

function toolMissing(request: ProgramRequest, name: string, tree?: PackageTree): LevitateError {
  const programs = (tree?.paths() ?? [])
    .filter((path) => programDirectories.some((directory) => path.startsWith(`${directory}/`)))
    .map((path) => path.slice(path.lastIndexOf('/') + 1));
  const near = nearest(request.name, programs);
  const text = `package ${name} has no program "${request.name}" (${request.reason})`;
  return new LevitateError('TOOL_MISSING', text, {
    hint: near ? `Did you mean ${near}?` : `It has: ${programs.slice(0, 20).join(', ') || 'none'}.`,
    data: { tool: request.name, package: name },
  });
}
