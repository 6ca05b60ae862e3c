/**
 * The tarballs of a release, installed from a registry: levitate is whole (command line, scripts for the device, types), and
 * brings the ready roots along, for devices of any kind.
 */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { packAll } from '../../../packages/tarballs.js';
import { packageName, packageText } from '../../../packages/roots/package-text.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { makeElf } from '../../unit/rootfs/make-elf.js';
import { dropbearLinks, leastPrograms, writeReady } from '../../unit/sources/make-ready.js';
import { startRegistry } from './registry.js';

const checkout = resolve(import.meta.dirname, '../../..');
const archs: Architecture[] = ['x86_64', 'mips'];

let folder: string;
let tarballs: string[];
let dependencies: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-release-'));
  const roots = join(folder, 'roots');
  for (const arch of archs) await writeRoot(arch, join(roots, arch));
  tarballs = await packAll(archs, roots, join(folder, 'release'));
  dependencies = await packDependencies(join(folder, 'dependencies'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A ready root as `npm run roots` leaves it, with small made-up programs. */
async function writeRoot(arch: Architecture, out: string): Promise<void> {
  const elf = arch === 'mips' ? makeElf({ machine: 8, bits: 32, littleEndian: false }) : makeElf();
  await writeReady(out, arch, leastPrograms(elf), dropbearLinks);
  await writeFile(join(out, 'package.json'), (await packageText(arch)).json);
}

/** The packages that levitate depends on, from this checkout's own. */
async function packDependencies(out: string): Promise<string[]> {
  await mkdir(out);
  const listing = ['ls', '--omit=dev', '--all', '--parseable'];
  const { stdout } = await execa('npm', listing, { cwd: checkout, reject: false });
  const places = stdout
    .split('\n')
    .filter((place) => place.includes('/node_modules/') && !place.endsWith('/levitate-fleet'));
  const packing = places.map(async (place, index) => {
    const tarball = join(out, `${index}.tgz`);
    const named = ['--transform', 's,^\\.,package,', '--exclude', './node_modules'];
    await execa('tar', ['-czf', tarball, ...named, '-C', place, '.']);
    return tarball;
  });
  return Promise.all(packing);
}

/** Installs levitate, or more, as people do, from a registry with these tarballs alone, and gives levitate's folder. */
async function install(available: string[], names = ['levitate']): Promise<string> {
  const registry = await startRegistry([...available, ...dependencies]);
  const prefix = await mkdtemp(join(folder, 'prefix-'));
  try {
    const settings = ['--prefix', prefix, '--registry', registry.url, '--cache', join(prefix, 'c')];
    const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts'];
    await execa('npm', ['install', '-g', ...names, ...settings, ...quiet], { cwd: folder });
    return join(prefix, 'lib/node_modules/levitate');
  } finally {
    registry.stop();
  }
}

test('levitate brings the ready roots of all architectures, and needs nothing else', async () => {
  const installed = await install(tarballs);
  const about = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    version: string;
    optionalDependencies: Record<string, string>;
  };
  expect(about.optionalDependencies).toEqual(
    Object.fromEntries(archs.map((arch) => [packageName(arch), about.version])),
  );
  for (const arch of archs) {
    const { text, exit, members } = await buildAlone(installed, arch);
    expect(text).toMatch(/^Programs and libraries: 2 from ready$/m);
    expect(exit).toBe(0);
    expect(members).toContain('usr/lib/levitate/takeover/inits/10-systemd.sh');
    // Of other architectures than this machine's, only a release has the helper.
    if (arch === 'x86_64') expect(members).toContain('usr/lib/levitate/helper');
  }
  const recipes = await readdir(join(installed, 'docs/how-to/builders'));
  expect(recipes).toEqual(expect.arrayContaining(['README.md', 'make', 'openwrt']));
  const script = 'import("levitate").then((all) => console.log(typeof all.deploy))';
  const api = await execa('node', ['-e', script], { cwd: join(installed, '../..') });
  expect(api.stdout).toBe('function');
});

test('levitate fleet is found where its package is installed beside levitate, and told of where it is not', async () => {
  const alone = await install(tarballs);
  const fleet = (installed: string, ...words: string[]) =>
    execa('node', [join(installed, 'dist/cli/main.js'), 'fleet', ...words], { reject: false });
  expect(await fleet(alone, '--help')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('npm install -g levitate-fleet levitate'),
  });
  const both = await install(tarballs, ['levitate-fleet', 'levitate']);
  expect((await fleet(both, '--help')).stdout).toMatch(/^Usage: levitate fleet .*\n[^]*rollout/);
  expect(await readdir(join(both, '../levitate-fleet/page'))).toContain('index.html');
  // It loads what it imports of levitate, and its own packages.
  const wrong = await fleet(both, 'list', '--database', 'postgres://nobody@127.0.0.1:1/none');
  expect(wrong).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^DATABASE_UNAVAILABLE: /),
  });
});

test('a ready root that the registry lacks does not keep levitate from being installed', async () => {
  const installed = await install(tarballs.filter((path) => !path.includes('root-mips')));
  expect((await buildAlone(installed, 'x86_64')).exit).toBe(0);
  const { text, exit } = await buildAlone(installed, 'mips');
  expect(text).toContain(
    'there is no ready root for mips: looked for the npm package @levitate/root-mips',
  );
  expect(exit).toBe(2);
});

/** Builds an archive with an installed levitate where there are no other programs and no network. */
async function buildAlone(
  installed: string,
  arch: Architecture,
): Promise<{ text: string; exit: number | undefined; members: string[] }> {
  const work = await mkdtemp(join(folder, 'build-'));
  onTestFinished(() => rm(work, { recursive: true, force: true }));
  await writeFile(join(work, 'p.yaml'), `name: p\narch: ${arch}\nroot: { from: ready }\n`);
  const apart = process.getuid?.() === 0 ? '-n' : '-rn';
  const words = [join(installed, 'dist/cli/main.js'), 'build', 'p.yaml', '-o', 'p.cpio.gz'];
  const { all, exitCode } = await execa('/usr/bin/unshare', [apart, process.execPath, ...words], {
    ...{ cwd: work, all: true, reject: false, stdin: 'ignore' as const },
    ...{ extendEnv: false, env: { PATH: '/nonexistent', LEVITATE_CACHE: join(work, 'cache') } },
  });
  const list = 'if [ -e p.cpio.gz ]; then gzip -dc p.cpio.gz | cpio -t --quiet; fi';
  const listed = await execa('sh', ['-c', list], { cwd: work });
  return { text: all, exit: exitCode, members: listed.stdout.split('\n') };
}
