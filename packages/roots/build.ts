/** Compiles a ready root, and makes an npm package of it. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { execa } from 'execa';
import { run } from '../../test/lab/build/run.js';
import type { Architecture } from '../../src/profile/schema.js';
import { applets } from '../../src/rootfs/applets.js';
import { sha256 } from '../../src/shared/sha256.js';
import { architectures, compilersFor } from './architectures.js';
import { fetchSources, lockPath, readLock, rootsDir } from './sources.js';
import { packageText } from './package-text.js';

const recipe = join(rootsDir, 'recipe');

/** What a build is told by its environment. */
export function settingsOf(arch: Architecture): Record<string, string> {
  const { cross, musl, flags = '', programs } = architectures[arch];
  const list = Object.values(applets).flat().join(' ');
  return { CROSS: cross, MUSL: musl, FLAGS: flags, PROGRAMS: programs.join(' '), APPLETS: list };
}

/** Source packages that a script of the recipe compiles. */
async function sourcesOf(program: string): Promise<string[]> {
  const script = await readFile(join(recipe, `${program}.sh`), 'utf8');
  return /^# Sources: (.*)$/m.exec(script)?.[1]?.split(' ') ?? [];
}

/** The sources of an architecture, fetched into a folder. */
export async function sourcesFor(arch: Architecture, folder: string): Promise<void> {
  const names = await Promise.all(architectures[arch].programs.map(sourcesOf));
  await fetchSources([...new Set(names.flat())].sort(), folder);
}

/**
 * Runs the recipe for an architecture.
 * @param programs scripts of the recipe, in their order
 * @param work an empty folder, in which the compiler command for programs is made as `prefix/bin/cc`
 */
export async function runRecipe(
  arch: Architecture,
  programs: string[],
  { sources, work, made }: { sources: string; work: string; made: string },
): Promise<void> {
  const settings = { ...settingsOf(arch), PROGRAMS: programs.join(' ') };
  const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const jobs = `JOBS=${availableParallelism()}`;
  await run(['env', ...words, jobs, 'sh', join(recipe, 'build.sh'), sources, work, made]);
}

/**
 * Compiles the ready root of an architecture out of unpacked sources.
 * @param out the folder of the npm package, which must not be there yet
 */
export async function buildRoot(arch: Architecture, sources: string, out: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-root-'));
  try {
    const made = join(scratch, 'made');
    const work = join(scratch, 'work');
    await mkdir(work);
    await runRecipe(arch, architectures[arch].programs, { sources, work, made });
    await mkdir(out, { recursive: true });
    await collect(arch, made, sources, out);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface MadeFile {
  path: string;
  source: string;
  bytes: number;
  sha256: string;
}

/** Puts together what the scripts made, what it is made of and how; npm carries no links, so that the manifest has them. */
async function collect(
  arch: Architecture,
  made: string,
  sources: string,
  out: string,
): Promise<void> {
  const files: MadeFile[] = [];
  const links: Record<string, string> = {};
  const used = new Set<string>();
  for (const program of architectures[arch].programs) {
    const names = await sourcesOf(program);
    for (const name of names) used.add(name);
    const folder = join(made, program);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const place = join(entry.parentPath, entry.name);
      const path = place.slice(folder.length);
      if (entry.isSymbolicLink())
        links[path] = posix.resolve(posix.dirname(path), await run(['readlink', place]));
      if (!entry.isFile()) continue;
      const bytes = await readFile(place);
      files.push({
        ...{ path, source: names[0] ?? 'levitate' },
        ...{ bytes: bytes.length, sha256: sha256(bytes) },
      });
      await put(bytes, join(out, 'root', path), 0o755);
    }
  }
  for (const name of used) {
    const text = await readFile(join(sources, name, copyrightOf(name)));
    await put(text, join(out, 'licences', name), 0o644);
  }
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  const { sources: pinned } = await readLock();
  const manifest = {
    format: 1,
    arch,
    tools: await toolVersions(arch),
    settings: settingsOf(arch),
    sources: Object.fromEntries([...used].sort().map((name) => [name, pinned[name]])),
    files: files.sort(byPath),
    links: Object.fromEntries(Object.entries(links).sort()),
  };
  await put(`${JSON.stringify(manifest, null, 2)}\n`, join(out, 'manifest.json'), 0o644);
  for (const name of (await readdir(recipe)).sort())
    await put(await readFile(join(recipe, name)), join(out, 'recipe', name), 0o644);
  await put(await readFile(lockPath), join(out, 'recipe/sources.lock.json'), 0o644);
  const { json, readme } = await packageText(arch);
  await put(json, join(out, 'package.json'), 0o644);
  await put(readme, join(out, 'README.md'), 0o644);
}

/** glibc's tarball comes without Debian's own folder. */
const copyrightOf = (name: string): string => (name === 'glibc' ? 'LICENSES' : 'debian/copyright');

async function put(content: string | Uint8Array, path: string, mode: number): Promise<void> {
  await mkdir(posix.dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, mode);
}

/** Names the packages whose versions the bytes depend on: another compiler makes other ones. */
async function toolVersions(arch: Architecture): Promise<Record<string, string>> {
  const row = architectures[arch];
  const native = row.cross === 'x86_64-linux-gnu';
  const binutils = native ? 'binutils' : `binutils-${row.cross.replace('_', '-')}`;
  const names = [...compilersFor(row), binutils];
  const { stdout } = await execa('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...names]);
  const lines = stdout.trim().split('\n').sort();
  return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
}
