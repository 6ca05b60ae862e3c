import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { build, type BuildOptions } from '../../../../src/operations/build/build.js';
import type { Progress } from '../../../../src/progress.js';
import { makeSysroot } from '../../../unit/sources/make-sysroot.js';
import { DebianRepository, smallestPackages } from '../../../unit/sources/debian-repository.js';

let folder: string;
let repository: DebianRepository;
let pinned: string;
let warnings: string[] = [];
const world = ['mirror', 'cache', 'a.yaml', 'a.lock', 'a.gz'];

// A lock of version 1.0 of everything, its packages in the cache, and a mirror whose lists know 2.0 alone.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-lock-'));
  repository = await DebianRepository.make(join(folder, 'mirror'));
  await repository.publish(smallestPackages('1.0'));
  await writeFile(join(folder, 'a.yaml'), 'name: a\narch: x86_64\n');
  vi.stubEnv('APT_CONFIG', repository.aptConfig);
  useCache('cache');
  pinned = await digest({ lock: true });
  await repository.publish(smallestPackages('2.0'));
  await mkdir(join(folder, 'first'));
  execFileSync('cp', ['-a', ...world, 'first'], { cwd: folder });
});
beforeEach(() => {
  execFileSync('sh', ['-c', 'rm -rf cold "$@" && cp -a first/* .', 'sh', ...world], {
    cwd: folder,
  });
  vi.stubEnv('APT_CONFIG', repository.aptConfig);
  useCache('cache');
  warnings = [];
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true }));

const useCache = (name: string) => vi.stubEnv('LEVITATE_CACHE', join(folder, name));
const lock = () => join(folder, 'a.lock');
const listen = (event: Progress) => {
  if (event.type === 'note' && event.level === 'warning') warnings.push(event.message);
};
/** Builds, and tells the digest of the archive. */
const digest = async (options: Partial<BuildOptions> = {}): Promise<string> => {
  const call = { profile: join(folder, 'a.yaml'), output: join(folder, 'a.gz'), ...options };
  return (await build(call, { onProgress: listen })).sha256;
};
const fails = (options: Partial<BuildOptions>, code: string, message: RegExp) =>
  expect(digest(options)).rejects.toMatchObject({
    code,
    exit: 2,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });

test('only --lock writes a lock, and the same packages give the same text', async () => {
  const first = await readFile(lock(), 'utf8');
  const { packages, ...head } = JSON.parse(first) as { packages: { name: string }[] };
  expect(head).toMatchObject({ release: 'host', arch: 'x86_64' });
  expect(packages.map(({ name }) => name)).toEqual([
    'busybox-static',
    'dropbear-bin',
    'libc6',
    'libkeys1',
  ]);
  expect(packages[1]).toEqual({
    name: 'dropbear-bin',
    version: '1.0',
    architecture: 'amd64',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    content: expect.stringMatching(/^[0-9a-f]{64}$/),
    size: (await readFile(repository.deb({ name: 'dropbear-bin', version: '1.0' }))).length,
    file: 'pool/dropbear-bin_1.0_amd64.deb',
    depends: 'gone-library | libkeys1',
  });

  await rm(lock());
  expect(await digest()).toBe(pinned);
  await expect(readFile(lock())).rejects.toMatchObject({ code: 'ENOENT' });
  await digest({ lock: true });
  expect(await readFile(lock(), 'utf8')).toBe(first);
});

describe('with a lock, where the mirror has newer packages', () => {
  test('the archive is byte for byte the same, from the cache and from a cold one', async () => {
    expect(await digest()).toBe(pinned);
    expect(await digest({ locked: true })).toBe(pinned);
    useCache('cold');
    expect(await digest()).toBe(pinned);
    expect(await digest({ locked: true })).toBe(pinned);
    expect(warnings).toEqual([]);
  });

  test('--lock takes the newer ones', async () => {
    // Lists that are a day old are fetched again.
    await writeFile(join(folder, 'cache/debian/host-amd64/updated'), '2020-01-01T00:00:00.000Z');
    const newer = await digest({ lock: true });
    expect(newer).not.toBe(pinned);
    expect(await digest({ locked: true })).toBe(newer);
  });

  test('builds at once in one cold cache do not disturb each other', async () => {
    useCache('cold');
    const outputs = ['1.gz', '2.gz', '3.gz'].map((name) => join(folder, name));
    const all = await Promise.all(outputs.map((output) => digest({ output })));
    expect(new Set(all)).toEqual(new Set([pinned]));
    const left = await readdir(join(folder, 'cold/debian/packages'));
    expect(left.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual(['work.lock']);
    expect(left).toHaveLength(5);
  });

  test('a package that the mirror no longer has comes from the cache', async () => {
    await rm(repository.folder, { recursive: true });
    expect(await digest({ locked: true })).toBe(pinned);
    expect(await digest()).toBe(pinned);
  });

  test('one that is nowhere any more fails with --locked, and else all are the newest', async () => {
    await rm(repository.deb({ name: 'libkeys1', version: '1.0' }));
    useCache('cold');
    await fails({ locked: true }, 'LOCK_UNAVAILABLE', /not in the cache.*busybox-static 1\.0/);
    const newest = await digest();
    expect(warnings).toEqual([
      expect.stringMatching(/libkeys1 1\.0; the newest packages are used/),
    ]);
    await rm(lock());
    expect(await digest()).toBe(newest);
    expect(newest).not.toBe(pinned);
  });

  test('a file that was altered in the cache, and its digest there with it, gets into no archive', async () => {
    const { packages } = JSON.parse(await readFile(lock(), 'utf8')) as {
      packages: { name: string; sha256: string }[];
    };
    const { sha256 } = packages.find(({ name }) => name === 'libkeys1')!;
    const tree = join(folder, 'cache/debian/packages', sha256);
    const index = join(tree, 'index.json');
    const items = JSON.parse(await readFile(index, 'utf8')) as Record<
      string,
      { stored: string; sha256: string }
    >;
    const item = items['/usr/lib/x86_64-linux-gnu/libkeys.so.1']!;
    const other = await readFile(join(tree, 'files', item.stored));
    other[other.length - 1]! ^= 1;
    await writeFile(join(tree, 'files', item.stored), other);
    await fails({ locked: true }, 'SOURCE_FAILED', /libkeys\.so\.1 of libkeys1 was altered/);
    item.sha256 = createHash('sha256').update(other).digest('hex');
    await writeFile(index, JSON.stringify(items));
    await fails({ locked: true }, 'SOURCE_FAILED', /index\.json of libkeys1 was altered/);
    await fails({}, 'SOURCE_FAILED', /index\.json of libkeys1 was altered/);
  });

  test('a mirror that has other bytes under the pinned path is not believed', async () => {
    const newer = await readFile(repository.deb({ name: 'libkeys1', version: '2.0' }));
    await writeFile(repository.deb({ name: 'libkeys1', version: '1.0' }), newer);
    useCache('cold');
    await digest();
    expect(warnings).toEqual([expect.stringMatching(/with these bytes, on a mirror: libkeys1/)]);
  });

  test('--locked starts no apt and needs no mirror', async () => {
    vi.stubEnv('PATH', join(folder, 'nothing'));
    expect(await digest({ locked: true })).toBe(pinned);
  });
});

test('a lock pins what Debian gives beside a sysroot, and that alone', async () => {
  const [busybox] = smallestPackages('own');
  const sysroot = await makeSysroot({ 'bin/busybox': busybox!.files['/usr/bin/busybox']! });
  const mixed = 'name: a\narch: x86_64\nroot: { from: [sysroot, debian] }\n';
  await writeFile(join(folder, 'a.yaml'), mixed);
  const first = await digest({ sysroot, lock: true });
  const { packages } = JSON.parse(await readFile(lock(), 'utf8')) as {
    packages: { name: string }[];
  };
  expect(packages.map(({ name }) => name)).not.toContain('busybox-static');
  vi.stubEnv('PATH', join(folder, 'nothing'));
  expect(await digest({ sysroot, locked: true })).toBe(first);
  await rm(join(sysroot, 'bin/busybox'));
  await fails({ sysroot, locked: true }, 'LOCK_DIFFERS', /no package busybox-static/);
});

describe('--locked refuses', () => {
  test('where there is no lock', async () => {
    await rm(lock());
    await fails({ locked: true }, 'LOCK_MISSING', /a\.lock/);
  });

  test('together with --lock', async () => {
    await expect(digest({ locked: true, lock: true })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test.each([
    ['another architecture', 'name: a\narch: aarch64\n', /x86_64, not aarch64/],
    [
      'another release',
      'name: a\narch: x86_64\nroot: { from: { debian: trixie } }\n',
      /release host, not trixie/,
    ],
    [
      'a tool more',
      'name: a\narch: x86_64\nroot: { tools: [strace] }\n',
      /no package strace.*tool strace/,
    ],
  ])('%s', async (_name, profile, message) => {
    await writeFile(join(folder, 'a.yaml'), profile);
    await fails({ locked: true }, 'LOCK_DIFFERS', message);
  });

  test('a lock that pins more than is used; without it the newest serve', async () => {
    await writeFile(join(folder, 'a.yaml'), 'name: a\narch: x86_64\nroot: { tools: [strace] }\n');
    await digest({ lock: true });
    await writeFile(join(folder, 'a.yaml'), 'name: a\narch: x86_64\n');
    await fails({ locked: true }, 'LOCK_DIFFERS', /other programs are asked for/);
    // The lists of the first build are not a day old yet.
    expect(await digest()).toBe(pinned);
    expect(warnings).toHaveLength(1);
  });

  test('a lock that is damaged, also without --locked', async () => {
    await writeFile(lock(), (await readFile(lock(), 'utf8')).slice(0, 200));
    await fails({ locked: true }, 'LOCK_INVALID', /a\.lock/);
    await fails({}, 'LOCK_INVALID', /a\.lock/);
  });
});

test('a mirror whose package is not what its lists say ends the build, and nothing stays of it', async () => {
  await rm(lock());
  useCache('cold');
  const deb = repository.deb({ name: 'dropbear-bin', version: '2.0' });
  const bytes = await readFile(deb);
  await writeFile(deb, bytes.fill(0x20, bytes.length - 100));
  await fails({}, 'SOURCE_FAILED', /Hash Sum mismatch|not the one that was promised/i);
  expect(await readdir(join(folder, 'cold/debian/packages'))).toEqual(['work.lock']);
});

test('what a killed build has left in the cache is taken away by the next one', async () => {
  const left = join(folder, 'cache/debian/packages/work-killed');
  await mkdir(left);
  await writeFile(join(left, 'libkeys1.deb'), 'half');
  expect(await digest({ locked: true })).toBe(pinned);
  expect(await readdir(join(folder, 'cache/debian/packages'))).not.toContain('work-killed');
});

test.each([
  ['package lists', ['--lock'], /128 MiB are needed/],
  ['pinned packages', [], /32 MiB are needed/],
])(
  'a disk too full for %s ends the build, where apt would wait for ever',
  async (_name, words, hint) => {
    await mkdir(join(folder, 'small'), { recursive: true });
    const main = fileURLToPath(new URL('../../../../src/cli/main.ts', import.meta.url));
    const script =
      'mount -t tmpfs -o size=1m none "$LEVITATE_CACHE" && exec node --import tsx "$@"';
    const call = ['build', join(folder, 'a.yaml'), '-o', join(folder, 'a.gz'), ...words];
    const { stderr, exitCode } = await execa(
      'unshare',
      ['-rm', 'sh', '-c', script, 'sh', main, ...call],
      {
        reject: false,
        env: { LEVITATE_CACHE: join(folder, 'small') },
      },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^SOURCE_FAILED: .* has [01] MiB of free space/);
    expect(stderr).toMatch(hint);
  },
);

test('a cache that cannot be written to is named', async () => {
  await writeFile(join(folder, 'file'), '');
  useCache('file/cache');
  await fails({}, 'SOURCE_FAILED', /the cache .*file\/cache cannot be used/);
});
