import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { LevitateError, reasonOf } from '../../errors.js';
import { makeFolder } from '../../shared/make-folder.js';

/**
 * An apt of levitate's own: it has lists, state and cache in one folder, uses the sources and keys of the host, and
 * works for any architecture.
 */
export interface AptHome {
  directory: string;
  /** Debian's name of the architecture, such as `arm64`. */
  architecture: string;
  /** A sources.list in place of the host's; undefined = the host's. */
  sourcesList?: string;
  /** Is told while packages are fetched how far that is. */
  onFetched?: Fetched | undefined;
}

/** Takes how far packages are fetched. */
export type Fetched = (come: {
  /** Bytes that have come. */
  done: number;
  /** Bytes of all packages. */
  total: number;
  /** The package that comes, beginning with 1. */
  package: number;
  /** How many there are. */
  packages: number;
}) => void;

const mebibyte = 1024 ** 2;
/** Bytes that the package lists of Debian main take, with the files that apt makes of them. */
const listBytes = 128 * mebibyte;
const packageBytes = 32 * mebibyte;
/**
 * Bytes that packages take together with their extracted files; a kernel package takes seven times its own size for
 * them.
 */
const bytesFor = (packages: { size: number }[]): number =>
  Math.max(packageBytes, 8 * sizeOf(packages));

const sizeOf = (packages: { size: number }[]): number =>
  packages.reduce((sum, { size }) => sum + size, 0);

interface Output {
  stdout: string;
  stderr: string;
  exitCode: number;
}

const hint =
  'Packages come through apt: build on Debian or in a Debian container, with apt, dpkg and util-linux installed. A ready root takes none of these: levitate help ready-roots.';

/** Fetches the package lists, one process at a time. A source that fails is a warning of apt, not an error. */
export async function updateLists(home: AptHome): Promise<Output> {
  await needSpace(home, listBytes);
  return run(home, '-x', ['apt-get', 'update']);
}

/** Gives the paragraphs of the newest versions of packages; packages that do not exist are left out. */
export async function showPackages(home: AptHome, names: string[]): Promise<string> {
  return (await run(home, '-s', ['apt-cache', 'show', '--no-all-versions', ...names])).stdout;
}

/** Gives all package names that begin with a prefix. */
export async function packageNames(home: AptHome, prefix: string): Promise<string[]> {
  const { stdout } = await run(home, '-s', ['apt-cache', 'pkgnames', prefix]);
  return stdout.split('\n').filter((name) => name !== '');
}

/** Downloads packages of these versions into a folder; apt has checked them against the signed lists. */
export async function downloadPackages(
  home: AptHome,
  packages: { name: string; version: string; size: number }[],
  into: string,
): Promise<Output> {
  await needSpace(home, bytesFor(packages));
  const specs = packages.map(({ name, version }) => `${name}=${version}`);
  return run(home, '-s', ['apt-get', 'download', ...specs], into, packages);
}

/** Fetches files by address through apt's own methods and proxies, each checked against its SHA-256. */
export async function downloadFiles(
  home: AptHome,
  files: { uri: string; sha256: string; into: string; size: number }[],
): Promise<Output> {
  await needSpace(home, bytesFor(files));
  const args = files.flatMap(({ uri, sha256, into }) => [uri, into, `SHA256:${sha256}`]);
  return run(home, '-s', ['/usr/lib/apt/apt-helper', 'download-file', ...args], undefined, files);
}

/** Gives the base address and the suite of each source of the host, without using the network. */
export async function hostSources(home: AptHome): Promise<{ uri: string; suite: string }[]> {
  const { stdout } = await run(home, '-s', ['apt-get', 'update', '--print-uris']);
  return [...stdout.matchAll(/^'(\S+\/)dists\/([^/]+)\/InRelease'/gm)].map(
    ([, uri = '', suite = '']) => ({ uri, suite }),
  );
}

/** Refuses to start without enough space, because apt-get on a full disk does not fail but waits for ever. */
async function needSpace({ directory }: AptHome, needed: number): Promise<void> {
  await makeFolder(directory);
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= needed) return;
  const text = `the cache ${directory} has ${Math.floor((bavail * bsize) / mebibyte)} MiB of free space`;
  throw new LevitateError('SOURCE_FAILED', text, {
    hint: `${Math.ceil(needed / mebibyte)} MiB are needed to fetch what it lacks; LEVITATE_CACHE names another folder.`,
  });
}

async function run(
  home: AptHome,
  lock: '-s' | '-x',
  [program = '', ...args]: string[],
  cwd?: string,
  fetched: { size: number }[] = [],
): Promise<Output> {
  await makeFolder(join(home.directory, 'state/lists/partial'));
  await makeFolder(join(home.directory, 'cache/archives/partial'));
  const told = home.onFetched && sizeOf(fetched) > 0 ? ['-o', 'APT::Status-Fd=3'] : [];
  const command = [lock, join(home.directory, 'lock'), program, ...options(home), ...told, ...args];
  try {
    // A lock of flock ends with its process, so that a killed build leaves none behind.
    const apt = execa('flock', command, {
      reject: false,
      ...(cwd === undefined ? {} : { cwd }),
      env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe', told.length > 0 ? 'pipe' : 'ignore'],
    });
    if (told.length > 0) tellFetched(apt.stdio[3] as Readable, fetched, home.onFetched!);
    const { stdout, stderr, exitCode } = await apt;
    if (exitCode === undefined) throw new Error(`${program} could not be started`);
    if (exitCode === 127 || /failed to execute/.test(stderr)) throw new Error(stderr);
    return { stdout, stderr, exitCode };
  } catch (error) {
    throw new LevitateError('SOURCE_FAILED', `${program} cannot be run: ${reasonOf(error)}`, {
      cause: error,
      hint,
    });
  }
}

/** Reads what apt says of its downloads: `dlstatus:NUMBER:PERCENT:TEXT` (APT::Status-Fd in apt.conf(5), `acquire.cc`). */
function tellFetched(status: Readable, files: { size: number }[], onFetched: Fetched): void {
  const total = sizeOf(files);
  createInterface({ input: status }).on('line', (line) => {
    const [, number, percent] = /^dlstatus:(\d+):([\d.]+):/.exec(line) ?? [];
    if (number === undefined) return;
    const done = Math.round((total * Number(percent)) / 100);
    const packages = files.length;
    onFetched({ done, total, package: Math.min(Math.max(1, Number(number)), packages), packages });
  });
}

/**
 * Gives apt's options, which leave out the dpkg status of the host, and translations and indexes that nobody reads
 * here.
 */
function options({ directory, architecture, sourcesList }: AptHome): string[] {
  const settings = {
    'Dir::State': join(directory, 'state'),
    'Dir::State::Lists': join(directory, 'state/lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(directory, 'cache'),
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'APT::Update::Post-Invoke-Success': '',
    ...(sourcesList === undefined
      ? {}
      : { 'Dir::Etc::sourcelist': sourcesList, 'Dir::Etc::sourceparts': '/dev/null' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
