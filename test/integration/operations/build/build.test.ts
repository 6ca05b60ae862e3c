import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { archiveInfo, readEntry } from '../../../../src/archive/read.js';
import { build, type BuildResult } from '../../../../src/operations/build/build.js';
import type { Progress } from '../../../../src/progress.js';
import { debianSource } from '../../../../src/sources/debian/debian.js';
import { makeElf } from '../../../unit/rootfs/make-elf.js';

// These run against the real apt and its mirrors; packages stay in the checkout's cache from run to run.
const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const cache = process.env['LEVITATE_CACHE'] ?? join(checkout, '.cache/levitate');
const patient = { timeout: 180_000 };
const router = join(checkout, 'profiles/router-ubi.yaml');

let folder: string;
let first: BuildResult;
const events: Progress[] = [];
beforeAll(async () => {
  vi.stubEnv('LEVITATE_CACHE', cache);
  folder = await mkdtemp(join(tmpdir(), 'levitate-build-'));
  first = await build(
    {
      profile: router,
      output: join(folder, 'first.gz'),
      manifest: join(folder, 'first.json'),
      depfile: join(folder, 'first.d'),
      explain: true,
    },
    { onProgress: (event) => events.push(event) },
  );
}, patient.timeout);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function buildText(text: string, output = join(folder, 'other.gz')): Promise<BuildResult> {
  const profile = join(folder, 'other.yaml');
  await writeFile(profile, `name: other\n${text}`);
  return build({ profile, output });
}

test(
  'says that nobody can log in to a root that boots by itself without a key',
  patient,
  async () => {
    const said: Progress[] = [];
    const file = (name: string) => join(folder, name);
    const boot = { output: file('boot.gz'), uinitrd: file('uInitrd') };
    await build({ profile: router, ...boot }, { onProgress: (event) => said.push(event) });
    const warning = { type: 'note', level: 'warning' };
    expect(said).toContainEqual(
      expect.objectContaining({ ...warning, message: expect.stringMatching(/lets nobody log in/) }),
    );
    expect(events).not.toContainEqual(expect.objectContaining(warning));
  },
);

test('says what it made, and where each file came from', async () => {
  const stored = await readFile(first.output);
  expect(first.bytes).toBe(stored.length);
  expect(first.ramBytes).toBeGreaterThan(first.unpackedBytes);
  const { archive, files } = JSON.parse(await readFile(join(folder, 'first.json'), 'utf8')) as {
    archive: { sha256: string };
    files: BuildResult['manifest'];
  };
  expect(archive.sha256).toBe(first.sha256);
  expect(files).toEqual(JSON.parse(JSON.stringify(first.manifest)));
  expect(files).toHaveLength(first.entries);
  expect(files.find(({ path }) => path === '/usr/sbin/ubiformat')).toMatchObject({
    origin: expect.stringMatching(/^debian mtd-utils \d/),
    reason: 'target layout',
    mode: '0755',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(events.at(-1)).toMatchObject({ type: 'phase', phase: 'build', state: 'done' });
});

test('the explanation names every file, and its costs add up', () => {
  const { files, others } = first.explanation!;
  const regular = first.manifest.filter(({ kind }) => kind === 'file');
  expect(files.map(({ path }) => path).sort()).toEqual(regular.map(({ path }) => path).sort());
  expect(others.entries).toBe(first.entries - files.length);
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(first.unpackedBytes);
  expect(files.reduce((sum, { packedBytes }) => sum + packedBytes, others.packedBytes)).toBe(
    first.bytes,
  );
  expect(others.packedBytes).toBeGreaterThan(0);
  expect(files.slice(0, 2).map(({ path, reason }) => [path, reason])).toEqual([
    ['/usr/bin/busybox', 'base'],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', expect.stringMatching(/^library of /)],
  ]);
});

test('the rule for make names the profile and the device side of levitate', async () => {
  const rule = await readFile(join(folder, 'first.d'), 'utf8');
  expect(rule.startsWith(`${first.output}:`)).toBe(true);
  for (const path of [
    router,
    join(checkout, 'initramfs/root/init'),
    join(checkout, 'package.json'),
  ]) {
    expect(rule).toContain(`  ${path}`);
  }
});

test('the archive tells what it is', async () => {
  const info = await archiveInfo(first.output);
  expect(info).toMatchObject({
    sha256: first.sha256,
    storedBytes: first.bytes,
    unpackedBytes: first.unpackedBytes,
    ramBytes: first.ramBytes,
    arch: 'x86_64',
    version: '0.1.0',
    profile: { name: 'router-ubi', targets: { layout: { ubi: { mtd: 'ubi' } } } },
  });
});

test(
  'programs in it run with nothing else around them, and its own list of digests holds',
  async () => {
    const root = join(folder, 'root');
    await mkdir(root);
    const input = gunzipSync(await readFile(first.output));
    // Device nodes need root to be extracted, and nothing here needs them.
    execFileSync('cpio', ['-id', '--quiet', '-f', 'dev/*'], { cwd: root, input });
    execFileSync('sha256sum', ['-c', '--quiet', 'etc/levitate/files.sha256'], { cwd: root });
    const loader = join(root, 'usr/lib64/ld-linux-x86-64.so.2');
    const run = (program: string, ...args: string[]) =>
      execFileSync(
        loader,
        [
          '--inhibit-cache',
          '--library-path',
          join(root, 'usr/lib/x86_64-linux-gnu'),
          join(root, program),
          ...args,
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      );
    expect(run('usr/sbin/ubiformat', '--version')).toMatch(/mtd-utils/);
    expect(() => run('usr/sbin/dropbear', '-V')).not.toThrow();
    expect(execFileSync(join(root, 'usr/bin/busybox'), ['echo', 'ok'], { encoding: 'utf8' })).toBe(
      'ok\n',
    );
  },
  patient.timeout,
);

test('every line of inittab names a file that is in the archive and can be run', async () => {
  const inittab = Buffer.from(await readEntry(first.output, 'etc/inittab')).toString();
  const modes = new Map(first.manifest.map(({ path, mode }) => [path, mode]));
  for (const line of inittab.trim().split('\n')) {
    const program = line
      .split(':')[3]!
      .split(' ')[0]!
      .replace(/^\/sbin/, '/usr/sbin');
    expect(modes.get(program), line).toMatch(/^07[57][57]$/);
  }
  expect(modes.get('/init')).toBe('0755');
  expect(modes.get('/usr/lib/levitate/flasher/flasher')).toBe('0755');
  expect(modes.get('/usr/lib/levitate/shell')).toBe('0755');
});

test(
  'a second build gives the same bytes, in another folder, time zone and umask',
  async () => {
    const output = join(folder, 'second.gz');
    const program = join(folder, 'build.mts');
    const operation = new URL('../../../../src/operations/build/build.ts', import.meta.url).href;
    await writeFile(
      program,
      `import { build } from ${JSON.stringify(operation)};
    await build({ profile: process.argv[2], output: process.argv[3] }, () => undefined);`,
    );
    const tsx = new URL('../../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href;
    execFileSync(
      'sh',
      ['-c', 'umask 077; exec node --import "$0" "$@"', tsx, program, router, output],
      { cwd: '/', env: { ...process.env, TZ: 'Pacific/Chatham', LC_ALL: 'C' } },
    );
    expect((await readFile(output)).equals(await readFile(first.output))).toBe(true);
  },
  patient.timeout,
);

test('a warm build starts no apt', async () => {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  vi.stubEnv('PATH', bin);
  try {
    const again = await build({ profile: router, output: join(folder, 'warm.gz') });
    expect(again.sha256).toBe(first.sha256);
  } finally {
    vi.unstubAllEnvs();
    vi.stubEnv('LEVITATE_CACHE', cache);
  }
});

test('a machine without apt is told what it lacks', async () => {
  vi.stubEnv('PATH', join(folder, 'nothing'));
  vi.stubEnv('LEVITATE_CACHE', join(folder, 'empty-cache'));
  try {
    await expect(buildText('arch: x86_64\n')).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      hint: expect.stringMatching(/apt/),
    });
  } finally {
    vi.unstubAllEnvs();
    vi.stubEnv('LEVITATE_CACHE', cache);
  }
});

test(
  'two builds at once in an empty cache do not disturb each other',
  async () => {
    const program = join(checkout, 'dist/cli/main.js');
    const env = { ...process.env, LEVITATE_CACHE: join(folder, 'shared-cache') };
    const outputs = [join(folder, 'one.gz'), join(folder, 'two.gz')];
    const said = await Promise.all(
      outputs.map((output) =>
        promisify(execFile)('node', [program, 'build', router, '-o', output, '--json'], { env }),
      ),
    );
    // Who fetches tells how far that is.
    expect(said.map(({ stdout }) => stdout).join('')).toMatch(
      /"type":"bytes","phase":"build","subject":"[^"]*","done":\d+,"total":\d+,"package":\d+,"packages":[1-9]/,
    );
    const [one, two] = await Promise.all(outputs.map((output) => readFile(output)));
    expect(one!.equals(two!)).toBe(true);
    const left = await readdir(join(folder, 'shared-cache/debian/packages'));
    expect(left.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual(['work.lock']);
  },
  patient.timeout,
);

test(
  'another architecture, its loader where its programs look for it',
  async () => {
    await buildText('arch: aarch64\n');
    const paths = await archiveInfo(join(folder, 'other.gz'));
    expect(paths.arch).toBe('aarch64');
    const loader = await readEntry(join(folder, 'other.gz'), 'usr/lib/ld-linux-aarch64.so.1');
    expect(loader[18]).toBe(183);
  },
  patient.timeout,
);

test(
  'a file whose name is not ASCII, with its digest in the list',
  async () => {
    await writeFile(join(folder, 'text'), 'hello');
    await buildText('arch: x86_64\nroot: { files: { /opt/Zürich-日本: ./text } }\n');
    await expect(archiveInfo(join(folder, 'other.gz'))).resolves.toMatchObject({ arch: 'x86_64' });
    const bytes = await readEntry(join(folder, 'other.gz'), 'opt/Zürich-日本');
    expect(Buffer.from(bytes).toString()).toBe('hello');
  },
  patient.timeout,
);

describe('refusals', () => {
  test.each([
    ['a tool that nobody knows', 'root: { tools: [mke2f] }', 'TOOL_UNKNOWN', /Did you mean mke2fs/],
    [
      'a package that no source has',
      'root: { tools: [{ package: e2fsprog, programs: [x] }] }',
      'PACKAGE_MISSING',
      /Did you mean e2fsprogs/,
    ],
    [
      'a program that its package lacks',
      'root: { tools: [{ package: e2fsprogs, programs: [e2fsc] }] }',
      'TOOL_MISSING',
      /Did you mean e2fsck/,
    ],
  ])(
    '%s',
    async (_name, text, code, hint) => {
      const work = buildText(`arch: x86_64\n${text}\n`);
      await expect(work).rejects.toMatchObject({
        code,
        exit: 2,
        hint: expect.stringMatching(hint),
      });
    },
    patient.timeout,
  );

  test.each([
    [
      'a library that cannot be found',
      makeElf({ needed: ['libgone.so.9'] }),
      'LIBRARY_MISSING',
      /libgone\.so\.9/,
    ],
    [
      'a program for another machine',
      makeElf({ machine: 183 }),
      'WRONG_ARCHITECTURE',
      /aarch64.*x86_64/,
    ],
  ])(
    '%s',
    async (_name, bytes, code, message) => {
      await writeFile(join(folder, 'tool'), bytes, { mode: 0o755 });
      const output = join(folder, 'refused.gz');
      const work = buildText('arch: x86_64\nroot: { files: { /opt/tool: ./tool } }\n', output);
      await expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
      await expect(readFile(output)).rejects.toMatchObject({ code: 'ENOENT' });
    },
    patient.timeout,
  );

  test(
    'a file that no root can hold',
    async () => {
      await writeFile(join(folder, 'huge'), '');
      await truncate(join(folder, 'huge'), 5 * 2 ** 30);
      const work = buildText('arch: x86_64\nroot: { files: { /opt/huge: ./huge } }\n');
      await expect(work).rejects.toMatchObject({
        code: 'PROFILE_INVALID',
        message: expect.stringMatching(/huge has 5368709120 bytes/),
      });
    },
    patient.timeout,
  );

  test(
    'an output that cannot be written',
    async () => {
      const work = buildText('arch: x86_64\n', join(folder, 'none/x.gz'));
      await expect(work).rejects.toMatchObject({ code: 'OUTPUT_FAILED', exit: 2 });
    },
    patient.timeout,
  );
});

test(
  'a file that was altered in the cache does not get into an archive',
  async () => {
    const own = join(folder, 'altered-cache');
    const source = () =>
      debianSource({ arch: 'x86_64', release: undefined, cache: own, warn: () => undefined });
    const request = [{ name: 'busybox', reason: 'test' }];
    await (await source()).programs(request);
    const [tree] = await readdir(join(own, 'debian/packages'));
    await writeFile(join(own, 'debian/packages', tree!, 'files/bin/busybox'), 'rubbish');
    await expect((await source()).programs(request)).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
    });
  },
  patient.timeout,
);
