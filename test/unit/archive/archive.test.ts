import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cpioStream } from '../../../src/archive/cpio.js';
import { membersOf } from '../../../src/archive/newc.js';
import { packArchive } from '../../../src/archive/pack.js';
import { archiveInfo, readEntries, readEntry } from '../../../src/archive/read.js';
import { charDev, dir, file, symlink, type Entry } from '../../../src/rootfs/entry.js';
import { unpackedBytes } from '../../../src/rootfs/ram.js';

let folder: string;
let archive: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-archive-'));
  archive = join(folder, 'a.cpio.gz');
  await packArchive(entries, archive, 'gzip');
});
afterAll(() => rm(folder, { recursive: true }));

const big = Buffer.alloc(3 * 1024 * 1024 + 1, 'levitate');
const entries: Entry[] = [
  dir('/dev'),
  charDev('/dev/console', 5, 1),
  charDev('/dev/null', 1, 3, { mode: 0o666 }),
  dir('/etc'),
  file('/etc/closed', 'secret', { mode: 0o000 }),
  file('/etc/empty', ''),
  file('/etc/odd', 'abcde', { mode: 0o4755 }),
  symlink('/link', 'etc/ödd'),
  file('/name with space', 'x'),
  dir('/tmp', { mode: 0o1777 }),
  file('/x', { bytes: big }, { mode: 0o755 }),
];

const run = (command: string, args: string[], cwd?: string): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    input: gunzipSync(execFileSync('cat', [archive], { maxBuffer: 1e9 })),
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    ...(cwd ? { cwd } : {}),
  });

describe.each([
  ['GNU cpio', 'cpio', [] as string[]],
  ['busybox cpio', 'busybox', ['cpio']],
])('%s', (name, command, first) => {
  test("lists what was packed, all of it root's and from 1970", () => {
    const lines = run(command, [
      ...first,
      '-tv',
      ...(name === 'GNU cpio' ? ['-n', '--quiet'] : []),
    ]);
    const rows = lines
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    expect(rows.map(([mode]) => mode)).toEqual([
      'drwxr-xr-x',
      'crw-------',
      'crw-rw-rw-',
      'drwxr-xr-x',
      '----------',
      '-rw-r--r--',
      '-rwsr-xr-x',
      'lrwxrwxrwx',
      '-rw-r--r--',
      'drwxrwxrwt',
      '-rwxr-xr-x',
    ]);
    // busybox lists no device numbers.
    if (name === 'GNU cpio') expect(lines).toMatch(/5, +1 .*dev\/console/);
    expect(lines.match(/1970/g)).toHaveLength(entries.length);
    expect(rows.every((row) => /(0|root)/.test(row.slice(1, 4).join(' ')))).toBe(true);
  });

  test('extracts the same bytes', async () => {
    const into = join(folder, command);
    await mkdir(into);
    run(command, [...first, '-i', '-d', 'etc/*', 'link', 'x', 'name with space'], into);
    expect(big.equals(await readFile(join(into, 'x')))).toBe(true);
    expect(await readFile(join(into, 'etc/odd'), 'utf8')).toBe('abcde');
    expect(await readFile(join(into, 'etc/empty'), 'utf8')).toBe('');
    expect(execFileSync('readlink', [join(into, 'link')], { encoding: 'utf8' })).toBe('etc/ödd\n');
  });
});

test('names of any language, of every length that alignment cares about', async () => {
  const names = ['é', 'éa', '日本', '日本é', '😀', 'a😀b', 'naïve', 'Főtanúsítvány.crt'];
  const output = join(folder, 'names.cpio.gz');
  await packArchive(
    names.map((name) => file(`/${name}`, `I am ${name}`)),
    output,
    'gzip',
  );
  expect((await readEntries(output)).map(({ name }) => name)).toEqual(names);
  for (const [program, ...args] of [['cpio'], ['busybox', 'cpio']]) {
    const into = join(folder, `names-${args.length}`);
    await mkdir(into);
    const input = gunzipSync(await readFile(output));
    execFileSync(program!, [...args, '-i'], { cwd: into, input, stdio: ['pipe', 1, 'ignore'] });
    expect((await readdir(into)).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(await readFile(join(into, name), 'utf8')).toBe(`I am ${name}`);
    }
  }
});

test('our own reader gives back names, modes and bytes', async () => {
  const members = await readEntries(archive);
  expect(members.map(({ name }) => `/${name}`)).toEqual(entries.map(({ path }) => path));
  expect(members.find(({ name }) => name === 'etc/closed')!.mode).toBe(0o100000);
  expect(big.equals(await readEntry(archive, 'x'))).toBe(true);
  await expect(readEntry(archive, 'none')).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
});

test('inode numbers differ, so that nobody takes two files for one', async () => {
  const bytes = gunzipSync(await readFile(archive));
  const inodes: string[] = [];
  for (const { name } of membersOf(bytes)) {
    const header = bytes.indexOf(`${name}\0`, 0, 'latin1') - 110;
    inodes.push(bytes.toString('latin1', header + 6, header + 14));
  }
  expect(new Set(inodes).size).toBe(entries.length);
});

test('equal programs are hard links in the archive, and each has its bytes for whoever reads it', async () => {
  const same = Buffer.alloc(5000, 'library');
  const program = { mode: 0o755 };
  const output = join(folder, 'links.cpio');
  const list = [
    dir('/etc'),
    file('/etc/one', { bytes: same }, program),
    dir('/usr'),
    file('/usr/a', { bytes: same }, program),
    file('/usr/b', { bytes: Buffer.from(same) }, program),
    file('/usr/c', { bytes: same }, { mode: 0o644 }),
    file('/usr/d', { bytes: same }, program),
    file('/usr/e', ''),
    file('/usr/f', ''),
  ];
  const { bytes } = await packArchive(list, output, 'none');
  expect(bytes).toBeLessThan(3 * 5000 + 3000);
  for (const command of [
    ['cpio', '--quiet'],
    ['busybox', 'cpio'],
  ]) {
    const into = join(folder, `links-${command[0]}`);
    await mkdir(into);
    const [program = '', ...args] = [...command, '-idu'];
    execFileSync(program, args, { cwd: into, input: await readFile(output), stdio: 'pipe' });
    const inode = async (name: string) => (await stat(join(into, name))).ino;
    expect(await inode('usr/a')).toBe(await inode('usr/b'));
    expect(await inode('usr/a')).toBe(await inode('usr/d'));
    for (const other of ['etc/one', 'usr/c', 'usr/e']) {
      expect(await inode(other), other).not.toBe(await inode('usr/a'));
    }
    expect(await inode('usr/e')).not.toBe(await inode('usr/f'));
    for (const name of ['a', 'b', 'c', 'd']) {
      expect(same.equals(await readFile(join(into, 'usr', name)))).toBe(true);
    }
  }
  for (const name of ['etc/one', 'usr/a', 'usr/b', 'usr/c', 'usr/d']) {
    expect(same.equals(await readEntry(output, name))).toBe(true);
  }
  expect(unpackedBytes(list)).toBe(3 * 5000);
  expect(unpackedBytes(list.filter(({ path }) => !/[bd]$/.test(path)))).toBe(3 * 5000);
});

describe.each([
  ['xz', 'xz', ['xz', '-dc']],
  ['zstd', 'zst', ['zstd', '-dc']],
  ['none', 'cpio', ['cat']],
] as const)('compressed with %s', (compression, ending, [tool, ...args]) => {
  test('the same bytes each time, whatever the environment says, and all of it inside', async () => {
    const [first, second] = ['first', 'second'].map((name) => join(folder, `${name}.${ending}`));
    await packArchive(entries, first!, compression);
    vi.stubEnv('XZ_DEFAULTS', '--format=lzma');
    vi.stubEnv('XZ_OPT', '--block-size=65536');
    vi.stubEnv('ZSTD_CLEVEL', '1');
    await packArchive(entries, second!, compression);
    vi.unstubAllEnvs();
    expect((await readFile(first!)).equals(await readFile(second!))).toBe(true);
    expect(
      execFileSync(tool, [...args, first!], { maxBuffer: 1e9 }).equals(
        gunzipSync(await readFile(archive)),
      ),
    ).toBe(true);
    expect(big.equals(await readEntry(first!, 'x'))).toBe(true);
  });
});

test.each(['xz', 'zstd'] as const)('a machine without %s is told', async (tool) => {
  vi.stubEnv('PATH', join(folder, 'nothing'));
  const output = join(folder, `none.${tool}`);
  await expect(packArchive(entries, output, tool)).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: `the archive cannot be compressed: ${tool} is not installed on this machine`,
    hint: expect.stringContaining(
      `apt install ${tool === 'xz' ? 'xz-utils' : tool} · apk add ${tool} · dnf install ${tool} · brew install ${tool}`,
    ) as string,
  });
  vi.unstubAllEnvs();
  expect((await readdir(folder)).filter((name) => name.startsWith('none'))).toEqual([]);
});

test('xz is what kernels and busybox unpack: CRC32, and a dictionary of 4 MiB', async () => {
  const output = join(folder, 'kernel.xz');
  await packArchive(entries, output, 'xz');
  const listed = execFileSync('xz', ['-lvv', output], { encoding: 'utf8' });
  expect(listed).toMatch(/CRC32/);
  expect(listed).toMatch(/--lzma2=dict=4MiB/);
  const stored = await readFile(output);
  const unpacked = execFileSync('busybox', ['xz', '-dc'], { input: stored, maxBuffer: 1e9 });
  expect(unpacked.equals(gunzipSync(await readFile(archive)))).toBe(true);
});

test('the same entries give the same bytes, and packing leaves them as they were', async () => {
  const frozen = entries.map((entry) => Object.freeze({ ...entry }));
  const again = join(folder, 'again.cpio.gz');
  await packArchive(frozen, again, 'gzip');
  expect(await readFile(again)).toEqual(await readFile(archive));
  // RFC 1952: no flags, no time, no name.
  expect([...(await readFile(again)).subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
});

test('a reader that waits makes the packing wait', async () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    file(`/${index}`, { bytes: Buffer.alloc(65536) }),
  );
  const stream = cpioStream(many);
  let total = 0;
  let most = 0;
  for await (const chunk of stream) {
    total += (chunk as Buffer).length;
    // All that the packing would do by itself is done within one turn.
    await setImmediate();
    most = Math.max(most, stream.readableLength);
  }
  expect(most).toBeLessThan(1024 * 1024);
  expect(total).toBeGreaterThan(500 * 65536);
});

describe('failures leave no half archive', () => {
  test.each(['/a\nb', '/tab\there', '/', '/not-utf8-\ufffd', '/half-\ud83d'])(
    'a name that cannot be stored: %j',
    async (path) => {
      const output = join(folder, 'kept.gz');
      await writeFile(output, 'before');
      await expect(packArchive([file(path, 'x')], output, 'gzip')).rejects.toMatchObject({
        code: 'OUTPUT_FAILED',
        exit: 2,
      });
      expect(await readFile(output, 'utf8')).toBe('before');
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );

  test('a file of 4 GiB', async () => {
    const output = join(folder, 'kept.gz');
    await writeFile(output, 'before');
    // Never touched, so it takes no memory.
    const bytes = new Uint8Array(2 ** 32);
    const work = packArchive([file('/a', 'x'), file('/huge', { bytes })], output, 'gzip');
    await expect(work).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      message: expect.stringMatching(/^\/huge .*4 GiB/),
    });
    expect(await readFile(output, 'utf8')).toBe('before');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a folder that is not there, and an output that is a folder', async () => {
    for (const output of [join(folder, 'none/a.gz'), folder]) {
      await expect(packArchive(entries, output, 'gzip')).rejects.toMatchObject({
        code: 'OUTPUT_FAILED',
      });
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a full disk', async () => {
    // A limit on file size is the full disk that needs no root.
    const script = `
      import { packArchive } from ${JSON.stringify(new URL('../../../src/archive/pack.ts', import.meta.url).href)};
      import { randomBytes } from 'node:crypto';
      process.on('SIGXFSZ', () => {});
      const entry = { kind: 'file', path: '/x', mode: 0o644, origin: '', reason: '', content: { bytes: randomBytes(4e6) } };
      await packArchive([entry], process.argv[2], 'gzip').then(() => console.log('done'), (error) => console.log(error.code));
    `;
    const program = join(folder, 'full.mts');
    await writeFile(program, script);
    const output = execFileSync(
      'bash',
      [
        '-c',
        'ulimit -f 100; exec node --import tsx "$@"',
        'bash',
        program,
        join(folder, 'full.gz'),
      ],
      { encoding: 'utf8', cwd: new URL('../../..', import.meta.url).pathname },
    );
    expect(output.trim()).toBe('OUTPUT_FAILED');
    expect((await readdir(folder)).filter((name) => name.startsWith('full.gz'))).toEqual([]);
  });
});

describe('what is not an archive of ours', () => {
  test.each([
    ['no gzip', () => Buffer.from('hello')],
    ['gzip of something else', () => gzipSync('hello')],
    ['nothing', () => Buffer.alloc(0)],
    ['a cpio that is not ours', async () => readFile(archive)],
    ['an archive that is cut short', async () => (await readFile(archive)).subarray(0, 2000)],
    [
      'a cpio that is cut short',
      async () => gzipSync(gunzipSync(await readFile(archive)).subarray(0, 5000)),
    ],
    [
      'a header with rubbish',
      async () => {
        const bytes = gunzipSync(await readFile(archive));
        bytes.write('ZZZZZZZZ', 54);
        return gzipSync(bytes);
      },
    ],
  ])('%s', async (name, make) => {
    const path = join(folder, `${name}.gz`);
    await writeFile(path, await make());
    await expect(archiveInfo(path)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  test('a file that is not there', async () => {
    await expect(archiveInfo(join(folder, 'none'))).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
    });
  });
});
