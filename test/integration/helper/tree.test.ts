/** How the helper puts a tree and lists it, compiled with the sanitizers of the compiler. */
import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedChunks } from '../../../src/image/chunks.js';
import { indexImage } from '../../../src/image/index.js';
import { Random } from '../../fuzz/random.js';
import { tarOf } from '../../unit/image/tree/archives.js';
import { sanitizedHelper, sanitizerEnv } from './compile.js';

let folder: string;
let helper: string;
let archive: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-tree-'));
  helper = await sanitizedHelper(join(folder, 'helper'));
  const path = join(folder, 'tree.tar');
  const long = `${'d'.repeat(200)}/${'\xe9'.repeat(100)}`;
  const members = [
    { name: './', type: '5', mode: 0o711 },
    { name: 'bin', type: '2', link: '/usr/bin' },
    { name: 'usr/bin/su', data: Buffer.alloc(70_000, 's'), mode: 0o4755 },
    { name: 'usr/bin/again', type: '1', link: 'usr/bin/su' },
    { name: 'x', pax: { path: long, uid: '3000000', 'SCHILY.xattr.user.a': Buffer.from([0, 1]) } },
    { name: 'closed/', type: '5', mode: 0o700 },
  ];
  await writeFile(path, tarOf(members));
  const pieces: Buffer[] = [];
  for await (const { bytes } of checkedChunks(await indexImage(path))) pieces.push(bytes);
  archive = Buffer.concat(pieces);
  await mkdir(join(folder, 'place'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Puts an archive into a folder, which only root can mount. */
const put = async (name: string, input: Buffer) => {
  await mkdir(join(folder, name), { recursive: true });
  const words = ['tree-put', join(folder, name), 'none', join(folder, 'place')];
  const ended = await execa(helper, words, { env: sanitizerEnv, input, reject: false });
  return { exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
};
const list = async (name: string) => {
  const words = ['tree-list', join(folder, name), 'none', join(folder, 'place')];
  const { stdout } = await execa(helper, words, { env: sanitizerEnv });
  return stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
};

describe.skipIf(process.getuid?.() !== 0)('a tree', () => {
  test('is put, and listed byte by byte', async () => {
    expect(await put('whole', archive)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const found = new Map((await list('whole')).map((one) => [one['path'], one]));
    expect([...found.keys()]).toEqual(
      expect.arrayContaining(['.', 'bin', 'closed', 'usr', 'usr/bin', 'usr/bin/again']),
    );
    expect(found.get('.')).toMatchObject({ kind: 'folder', mode: 0o711, mtime: 100 });
    expect(found.get('usr/bin/su')).toMatchObject({ mode: 0o4755, size: 70_000 });
    expect(found.get('usr/bin/su')!['inode']).toBe(found.get('usr/bin/again')!['inode']);
    const long = `${'d'.repeat(200)}/${Buffer.from('\xe9'.repeat(100)).toString('latin1')}`;
    expect(found.get(long)).toMatchObject({ uid: 3_000_000, kind: 'file', size: 0 });
    expect(await readlink(join(folder, 'whole/bin'))).toBe('/usr/bin');
  });

  test('that ends too early, or goes on behind its end, stays apart', async () => {
    const cut = await put('cut', archive.subarray(0, 40_000));
    expect(cut).toMatchObject({ exitCode: 1, stderr: 'the tree ended too early' });
    expect(await readdir(join(folder, 'cut'))).toEqual(['.levitate-tree']);
    const more = await put('more', Buffer.concat([archive, Buffer.alloc(1)]));
    expect(more).toMatchObject({ exitCode: 1, stderr: 'something follows the end of the tree' });
    expect(await readdir(join(folder, 'more'))).toEqual(['.levitate-tree']);
  });

  test('leads nowhere but down, whatever an archive has in it', { timeout: 300_000 }, async () => {
    await mkdir(join(folder, 'outside'));
    await writeFile(join(folder, 'outside/file'), 'mine');
    const random = new Random('trees');
    for (let run = 0; run < 60; run += 1) {
      const changed = Buffer.from(archive);
      for (let times = random.below(5); times >= 0; times -= 1)
        changed[random.below(6000)] = random.pick([0x2e, 0x2f, 0, random.below(256)]);
      const { exitCode } = await put(`fuzzed-${run}`, changed);
      expect([0, 1]).toContain(exitCode);
    }
    expect(await readdir(join(folder, 'outside'))).toEqual(['file']);
  });

  test('does not follow a link that the archive itself has made', async () => {
    const { archiveEnd, archiveEntry } = await import('../../../src/image/tree/tree-archive.js');
    const entry = {
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 0,
      size: 0,
      attributes: {},
      attributeBytes: 0,
    };
    const hostile = Buffer.concat([
      archiveEntry({ ...entry, name: 'out', kind: 'link', link: join(folder, 'outside') }, []),
      archiveEntry({ ...entry, name: 'out/made', kind: 'fifo' }, []),
      archiveEnd,
    ]);
    await symlink(join(folder, 'outside'), join(folder, 'link'));
    const { exitCode, stderr } = await put('hostile', hostile);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: '/out/made cannot be made: No such file or directory',
    });
    expect(await readdir(join(folder, 'outside'))).toEqual(['file']);
    expect((await stat(join(folder, 'outside/file'))).size).toBe(4);
  });
});
