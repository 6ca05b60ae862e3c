/** Archives from ready roots, by the compiled program; the ready root is a small made-up one. */
import { execa } from 'execa';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ManifestEntry } from '../../../../src/operations/build/build.js';
import { makeElf } from '../../../unit/rootfs/make-elf.js';
import { dropbearLinks, leastPrograms, makeReady } from '../../../unit/sources/make-ready.js';
import { makeSysroot } from '../../../unit/sources/make-sysroot.js';

const program = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-build-ready-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

interface Built {
  exit: number | undefined;
  text: string;
  /** Path → where it came from. */
  origins: () => Promise<Record<string, string>>;
}

/** Builds a profile for x86_64 where there is no network, no other program and no home folder. */
async function buildAlone(profile: string, roots: string, ...words: string[]): Promise<Built> {
  await writeFile(join(folder, 'p.yaml'), `name: p\narch: x86_64\n${profile}`);
  const files = ['p.yaml', '-o', 'p.cpio.gz', '--manifest', 'p.json', ...words];
  const cache = join(folder, 'cache');
  const apart = process.getuid?.() === 0 ? '-n' : '-rn';
  const { all, exitCode } = await execa(
    '/usr/bin/unshare',
    [apart, process.execPath, program, 'build', ...files],
    {
      ...{ cwd: folder, all: true, reject: false, stdin: 'ignore' as const },
      ...{
        extendEnv: false,
        env: { PATH: '/nonexistent', LEVITATE_ROOTS: roots, LEVITATE_CACHE: cache },
      },
    },
  );
  const origins = async () => {
    const { files: entries } = JSON.parse(await readFile(join(folder, 'p.json'), 'utf8')) as {
      files: ManifestEntry[];
    };
    return Object.fromEntries(entries.map(({ path, origin }) => [path, origin]));
  };
  return { exit: exitCode, text: all, origins };
}

test('a profile that names no source takes a ready root, and needs nothing else', async () => {
  const roots = await makeReady(leastPrograms(), dropbearLinks);
  const { exit, text, origins } = await buildAlone('', roots);
  expect(text).toMatch(/^Programs and libraries: 2 from ready$/m);
  expect(exit).toBe(0);
  expect(await origins()).toMatchObject({
    '/usr/bin/busybox': 'ready tools 1.2-3',
    '/usr/bin/dropbearkey': 'ready tools 1.2-3',
    '/usr/bin/mount': 'ready tools 1.2-3',
    '/init': 'levitate',
  });
});

test('what a ready root lacks comes from the next source', async () => {
  const roots = await makeReady(leastPrograms(), dropbearLinks);
  const sysroot = await makeSysroot({ 'bin/extra': makeElf(), 'bin/busybox': makeElf() });
  const profile = `root: { from: [ready, { sysroot: ${sysroot} }], tools: [extra] }\n`;
  const { exit, origins } = await buildAlone(profile, roots);
  expect(exit).toBe(0);
  expect(await origins()).toMatchObject({
    '/usr/bin/busybox': 'ready tools 1.2-3',
    '/usr/bin/extra': `sysroot ${sysroot} /bin/extra`,
  });
});

test('Debian is asked for what a ready root lacks, and only then', async () => {
  const roots = await makeReady(leastPrograms(), dropbearLinks);
  const { exit, text } = await buildAlone('root: { tools: [mtd-utils] }\n', roots);
  expect(text).toContain('SOURCE_FAILED: apt-get cannot be run');
  expect(exit).toBe(2);
});

test('a ready root that is asked for and not there', async () => {
  const { exit, text } = await buildAlone('root: { from: ready }\n', '/nowhere');
  expect(text).toContain(
    'there is no ready root for x86_64: looked for /nowhere/x86_64 (LEVITATE_ROOTS)',
  );
  expect(text).toContain('npm run roots -- x86_64');
  expect(exit).toBe(2);
});

test('a folder of ready roots that is not there is told, where the next source is taken', async () => {
  const { text } = await buildAlone('', '/nowhere');
  expect(text).toContain('warning: LEVITATE_ROOTS names /nowhere, which is not there');
  const there = await buildAlone('', folder);
  expect(there.text).not.toContain('LEVITATE_ROOTS');
});

test('a profile with a lock stays with the packages that it pins', async () => {
  const roots = await makeReady(leastPrograms(), dropbearLinks);
  await writeFile(join(folder, 'p.lock'), '{}');
  const { exit, text } = await buildAlone('', roots);
  expect(text).toContain('p.lock');
  expect(exit).toBe(2);
});

test('a disk that is full while the archive is written is the reason that is told', async () => {
  const roots = await makeReady(leastPrograms(), dropbearLinks);
  await writeFile(join(folder, 'p.yaml'), 'name: p\narch: x86_64\n');
  // A process may write 4 KiB to a file here, and gets EFBIG, as it would get ENOSPC.
  const limited = 'trap "" XFSZ; ulimit -f 8; exec "$@"';
  const words = [process.execPath, program, 'build', 'p.yaml', '-o', 'p.cpio.gz'];
  const { stderr, exitCode } = await execa('sh', ['-c', limited, 'sh', ...words], {
    ...{ cwd: folder, reject: false },
    env: { LEVITATE_ROOTS: roots, LEVITATE_CACHE: join(folder, 'cache') },
  });
  expect(stderr).toMatch(/^OUTPUT_FAILED: p\.cpio\.gz cannot be written: EFBIG/m);
  expect(exitCode).toBe(2);
});
