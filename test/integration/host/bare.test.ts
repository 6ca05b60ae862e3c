/**
 * The program on a bare machine: an ordinary user with a read-only home folder, no package manager, no xz and no zstd, in a
 * folder whose name has blanks and umlauts.
 */
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleProgram } from '../../../bundle.js';
import { dropbearLinks, leastPrograms, makeReady } from '../../unit/sources/make-ready.js';

const checkout = path.resolve(import.meta.dirname, '../../..');
/** Whoever runs the tests, or nobody in place of root, who may write anywhere. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let base: string;
let folder: string;
let main: string;
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'levitate-bare-'));
  await chmod(base, 0o755);
  folder = path.join(base, 'Größe & Länge, 100 %');
  const program = path.join(folder, 'levitate');
  await mkdir(program, { recursive: true });
  for (const part of ['docs', 'initramfs', 'profiles', 'package.json'])
    await cp(path.join(checkout, part), path.join(program, part), { recursive: true });
  for (const name of await packages())
    await cp(path.join(checkout, name), path.join(program, name), { recursive: true });
  main = await bundleProgram(path.join(program, 'dist/cli'));
  await mkdir(path.join(base, 'bin'));
  for (const name of ['sh', 'ssh', 'ssh-keygen', 'node'])
    await symlink(name === 'node' ? process.execPath : which(name), path.join(base, 'bin', name));
  await mkdir(path.join(base, 'home'), { mode: 0o555 });
  await mkdir(path.join(folder, 'work'));
  if (user.uid !== undefined) await chown(path.join(folder, 'work'), user.uid, user.gid);
}, 120_000);
afterAll(() => rm(base, { recursive: true, force: true }));

const which = (name: string): string =>
  execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();

/** The packages that the program is installed with. */
async function packages(): Promise<string[]> {
  const lock = await readFile(path.join(checkout, 'package-lock.json'), 'utf8');
  const { packages: all } = JSON.parse(lock) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  return Object.entries(all).flatMap(([name, { dev, optional }]) =>
    /^node_modules\/(?!.*\/node_modules\/)/.test(name) && !dev && !optional ? [name] : [],
  );
}

/** Runs the program there, with nothing of this process's environment. */
const levitate = (words: string[], env: Record<string, string> = {}) =>
  execa(path.join(base, 'bin/node'), [main, ...words], {
    ...user,
    cwd: path.join(folder, 'work'),
    reject: false,
    stdin: 'ignore',
    all: true,
    extendEnv: false,
    env: { PATH: path.join(base, 'bin'), HOME: path.join(base, 'home'), ...env },
  });

/** A file of the person, below the folder. */
async function file(name: string, text: string): Promise<string> {
  const at = path.join(folder, 'work', name);
  await writeFile(at, text);
  return at;
}

it('help, and the version', async () => {
  expect(await levitate(['help', 'deploy'])).toMatchObject({ exitCode: 0 });
  const { stdout } = await levitate(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+$/);
});

const state = () => ({ XDG_STATE_HOME: path.join(folder, 'work/state') });

/** A profile whose programs are those of this machine. */
const profile = () =>
  file(
    'größe.yaml',
    'name: bare\narch: x86_64\nroot: { from: { sysroot: / } }\nflash: { targets: { disk: { block: /dev/vda } } }\n',
  );

it('an archive of a sysroot', async () => {
  const built = await levitate(['build', await profile(), '-o', 'ä b.cpio.gz']);
  expect(built).toMatchObject({ exitCode: 0 });
  expect((await stat(path.join(folder, 'work/ä b.cpio.gz'))).size).toBeGreaterThan(500_000);
});

it('an archive of a profile that names no source, from a ready root', async () => {
  const roots = await makeReady(leastPrograms(), dropbearLinks);
  await chmod(roots, 0o755);
  const plain = await file('plain.yaml', 'name: bare\narch: x86_64\n');
  const built = await levitate(['build', plain, '-o', 'ready.cpio.gz'], { LEVITATE_ROOTS: roots });
  expect(built.all).toMatch(/^Programs and libraries: 2 from ready$/m);
  expect(built).toMatchObject({ exitCode: 0 });
});

it('what needs a package manager, or xz, says so', async () => {
  const debian = await file('debian.yaml', 'name: bare\narch: x86_64\nroot: { from: debian }\n');
  const cache = { LEVITATE_CACHE: path.join(folder, 'work/cache') };
  const built = await levitate(['build', debian, '-o', 'x.cpio.gz'], cache);
  expect(built.exitCode).not.toBe(0);
  expect(built.all).toMatch(/^SOURCE_FAILED: .*apt/m);
  const packed = path.join(folder, 'work/image.xz');
  execFileSync('sh', ['-c', 'head -c 100000 /dev/urandom | xz >"$1"', 'sh', packed]);
  const words = ['deploy', 'box', await profile(), 'disk=image.xz', '--dry-run'];
  expect((await levitate(words, state())).all).toMatch(
    /^TOOL_MISSING: there is no `xz` on this machine/m,
  );
});

it('an image is read whole, and a device that nobody answers for is told', async () => {
  const image = await file('a b.img', 'x'.repeat(2_000_000));
  const config = await file('ssh_config', 'Host box\n  HostName 127.0.0.1\n  Port 1\n');
  const words = [await profile(), `disk=raw:${image}`, '--dry-run'];
  const deployed = await levitate(['deploy', '-F', config, 'box', ...words], state());
  expect(deployed.all).toMatch(/^ *image .* s$/m);
  expect(deployed.all).toMatch(/^HOST_UNREACHABLE: cannot connect to box: .*refused/m);
  const status = await levitate(['status', '-F', config, 'box']);
  expect(status.all).toMatch(/^box does not answer: .*refused/);
});

it('a home folder that nothing can be kept in is told before a device is asked', async () => {
  const entered = await levitate(['enter', 'box']);
  expect(entered.all).toMatch(/^FOLDER_UNUSABLE: the folder that keeps entries, .*home/m);
  expect(entered.all).toMatch(/XDG_STATE_HOME names another folder/);
});
