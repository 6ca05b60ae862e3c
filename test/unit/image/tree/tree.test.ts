import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  symlinkSync,
  linkSync,
  writeFileSync,
  chmodSync,
  utimesSync,
  closeSync,
  ftruncateSync,
  openSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkedChunks } from '../../../../src/image/chunks.js';
import { chunkSize } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import type { TreeEntry } from '../../../../src/image/tree/tree.js';
import { sha256 } from '../../../../src/shared/sha256.js';
import { compressors, put, sample, temporaryFolder } from '../fixtures.js';
import { tarOf, type Member } from './archives.js';

const folder = temporaryFolder();
const packed = (members: Member[], end?: number) => put(folder, 'tree.tar', tarOf(members, end));
const treeOf = async (path: string) => (await indexImage(path)).tree!;
const entryOf = async (members: Member[], name: string): Promise<TreeEntry | undefined> =>
  (await treeOf(packed(members))).entries.find((entry) => entry.name === name);
const sent = async (path: string): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const { bytes } of checkedChunks(await indexImage(path))) pieces.push(bytes);
  return Buffer.concat(pieces);
};
const file = (name: string, more: Partial<Member> = {}): Member => ({ name, ...more });

describe('a tree of GNU tar', () => {
  const tree = join(folder, 'tree');
  const long = `${'d'.repeat(120)}/${'é'.repeat(100)}`;
  mkdirSync(join(tree, 'd'.repeat(120)), { recursive: true });
  mkdirSync(join(tree, 'empty'));
  writeFileSync(join(tree, 'large'), sample(3 * chunkSize + 17));
  writeFileSync(join(tree, long), 'of a long name');
  linkSync(join(tree, 'large'), join(tree, 'same'));
  symlinkSync('/large', join(tree, 'link'));
  chmodSync(join(tree, 'large'), 0o4750);
  utimesSync(join(tree, 'large'), 1000, 1_600_000_000.7);
  const pack = (form: string) =>
    execFileSync('tar', [`--format=${form}`, '--sort=name', '-C', tree, '-c', '.'], {
      maxBuffer: 1 << 30,
    });

  test.each(['gnu', 'pax', 'oldgnu'])('%s: all of it is read', async (form) => {
    const path = put(folder, `${form}.tar`, pack(form));
    const { entries, files, bytes } = await treeOf(path);
    const named = new Map(entries.map((entry) => [entry.name, entry]));
    expect([...named.keys()].slice(0, 2)).toEqual(['.', 'd'.repeat(120)]);
    expect({ files, bytes }).toEqual({ files: 2, bytes: 3 * chunkSize + 17 + 14 });
    expect(named.get('large')).toMatchObject({
      kind: 'file',
      mode: 0o4750,
      mtime: 1_600_000_000,
      sha256: sha256(sample(3 * chunkSize + 17)),
    });
    expect(named.get('same')).toMatchObject({ kind: 'hard-link', link: 'large', size: 0 });
    expect(named.get('link')).toMatchObject({ kind: 'link', link: '/large' });
    const name = Buffer.from(long).toString('latin1');
    expect(named.get(name)).toMatchObject({ sha256: sha256('of a long name') });
  });

  test.each(['gzip', 'xz', 'zstd'] as const)(
    '%s: what goes to the device is the same',
    async (by) => {
      const plain = put(folder, 'plain.tar', pack('gnu'));
      const small = put(folder, 'small', compressors[by](pack('gnu')));
      const whole = await sent(plain);
      expect((await sent(small)).equals(whole)).toBe(true);
      expect((await indexImage(plain)).length).toBe(whole.length);
      const unpacked = execFileSync('tar', ['-tf', '-'], { input: whole }).toString().split('\n');
      // Each folder is there before what is in it, and once more at the end.
      expect(unpacked.slice(0, 2)).toEqual(['./', `${'d'.repeat(120)}/`]);
      expect(unpacked.slice(-4)).toEqual(['empty/', `${'d'.repeat(120)}/`, './', '']);
    },
  );

  test('one that has changed since is not sent', async () => {
    const path = put(folder, 'changing.tar', pack('gnu'));
    const image = await indexImage(path);
    put(folder, 'changing.tar', tarOf([file('other')]));
    await expect(checkedChunks(image).next()).rejects.toMatchObject({ code: 'IMAGE_CHANGED' });
  });
});

describe('an entry', () => {
  test('has its owner, its time and its attributes from the extended header', async () => {
    const pax = {
      uid: '3000000',
      gid: '70000',
      mtime: '1234567890.75',
      'SCHILY.xattr.user.note': Buffer.from([0, 10, 61, 255]),
      atime: '1',
    };
    expect(await entryOf([file('a', { pax })], 'a')).toMatchObject({
      ...{ uid: 3_000_000, gid: 70_000, mtime: 1_234_567_890, attributeBytes: 13 },
      attributes: { 'user.note': sha256(Buffer.from([0, 10, 61, 255])) },
    });
  });
  test('of a device has its numbers', async () => {
    const fields = { 329: '0000010', 337: '0000077' };
    const entry = await entryOf([file('tty', { type: '3', fields })], 'tty');
    expect(entry).toMatchObject({ kind: 'character', device: { major: 8, minor: 63 } });
  });
  test('may have a number in bytes', async () => {
    const fields = { 108: Buffer.from([0x80, 0, 0, 0, 0, 0x2d, 0xc6, 0xc0]) };
    expect(await entryOf([file('a', { fields })], 'a')).toMatchObject({ uid: 3_000_000 });
  });
  test('of the oldest form is a folder if its name ends so', async () => {
    const fields = { 257: Buffer.alloc(8) };
    const entry = await entryOf([file('a/', { type: '\0', fields })], 'a');
    expect(entry).toMatchObject({ kind: 'folder' });
  });
  test('below folders of which the archive says nothing gets them', async () => {
    const { entries } = await treeOf(
      packed([file('a/b/c'), file('a/', { type: '5', mode: 0o700 })]),
    );
    expect(entries.map(({ name, mode }) => [name, mode])).toEqual([
      ['.', 0o755],
      ['a', 0o700],
      ['a/b', 0o755],
      ['a/b/c', 0o644],
    ]);
  });
});

describe('a file with holes', () => {
  const tree = join(folder, 'holes');
  const size = 3 * chunkSize + 100;
  const content = Buffer.alloc(size);
  mkdirSync(tree);
  writeFileSync(join(tree, 'all'), '');
  truncateSync(join(tree, 'all'), size);
  // More parts than a header of GNU tar has room for.
  const parts = openSync(join(tree, 'parts'), 'w');
  for (let part = 0; part < 30; part += 1) {
    const at = 8192 + part * 81_920;
    content.fill(part + 1, at, at + 4096);
    writeSync(parts, content, at, 4096, at);
  }
  ftruncateSync(parts, size);
  closeSync(parts);
  const pack = (...form: string[]) =>
    execFileSync('tar', ['-S', ...form, '-C', tree, '-c', '.'], { maxBuffer: 1 << 30 });

  test.each([
    ['gnu', ['--format=gnu']],
    ['pax 1.0', ['--format=pax', '--sparse-version=1.0']],
    ['pax 0.1', ['--format=pax', '--sparse-version=0.1']],
  ])('of %s gets zeros for them', async (_, form) => {
    const archive = pack(...form);
    // It is no test without a hole.
    expect(archive.length).toBeLessThan(chunkSize);
    const { entries, bytes } = await treeOf(put(folder, 'holes.tar', archive));
    const sums = Object.fromEntries(entries.map(({ name, sha256: sum }) => [name, sum]));
    expect(sums).toEqual({
      '.': undefined,
      all: sha256(Buffer.alloc(size)),
      parts: sha256(content),
    });
    expect(bytes).toBe(2 * size);
    const unpacked = execFileSync('tar', ['-xOf', '-', 'parts'], {
      input: await sent(join(folder, 'holes.tar')),
      maxBuffer: 1 << 30,
    });
    expect(unpacked.equals(content)).toBe(true);
  });
  test('of the form 0.0 is refused', async () => {
    const archive = pack('--format=pax', '--sparse-version=0.0');
    await expect(indexImage(put(folder, 'holes.tar', archive))).rejects.toMatchObject({
      code: 'IMAGE_FORMAT',
    });
  });
  const holes = (map: string, about: Partial<Member> = {}) =>
    file('a', { pax: { 'GNU.sparse.map': map, 'GNU.sparse.size': '2000' }, ...about });
  const four = Buffer.from('four');
  test.each([
    ['parts that overlap', holes('10,3,12,1', { data: four })],
    ['a part behind its end', holes('1998,4', { data: four })],
    ['fewer bytes than its parts', holes('0,5', { data: four })],
    ['half a part', holes('0,4,9', { data: four })],
    ['a list that is none', holes('0,x', { data: four })],
    [
      'a list that does not end',
      file('a', {
        pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9' },
        data: Buffer.from('7\n1\n'),
      }),
    ],
  ])('that has %s is damaged', async (_, member) => {
    await expect(indexImage(packed([member]))).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  });
  test('cannot have holes that nobody could send', async () => {
    const pax = { 'GNU.sparse.map': '', 'GNU.sparse.size': String(65 * 1024 ** 3) };
    await expect(indexImage(packed([file('a', { pax })]))).rejects.toMatchObject({
      code: 'IMAGE_CORRUPT',
      message: expect.stringContaining('holds more than 64') as string,
    });
  });
});

describe('an ACL', () => {
  const acl = (access: string, mode = 0o674, more: Record<string, string> = {}) =>
    file('a', { mode, pax: { 'SCHILY.acl.access': access, ...more } });
  const named = 'user::rw-\nuser:1000:r-x\ngroup::r--\nmask::rwx\nother::r--\n';
  /** As getfattr of a Linux gives it: owner, user 1000, group, mask, others. */
  const value = Buffer.from(
    '02000000' +
      '01000600ffffffff' +
      '02000500e8030000' +
      '04000400ffffffff' +
      '10000700ffffffff' +
      '20000400ffffffff',
    'hex',
  );
  test.each([
    ['of GNU tar', named],
    ['of star, with the number behind', named.replace('user:1000:r-x', 'user:joe:r-x:1000')],
    [
      'on one line, with comments',
      named.replaceAll('\n', ',').replace('r-x', 'r-x\t#effective:r-x'),
    ],
    ['in another order', named.split('\n').reverse().join('\n')],
  ])('as text becomes the attribute: %s', async (_, text) => {
    const entry = await entryOf([acl(text)], 'a');
    expect(entry?.attributes).toEqual({ 'system.posix_acl_access': sha256(value) });
  });
  test('of a folder may be the one that files in it get', async () => {
    const pax = { 'SCHILY.acl.default': 'user::rwx,group::r-x,other::---' };
    const entry = await entryOf([file('a/', { type: '5', pax })], 'a');
    expect(Object.keys(entry!.attributes)).toEqual(['system.posix_acl_default']);
  });
  test('that says no more than the mode is none', async () => {
    const entry = await entryOf([acl('user::rw-,group::rwx,other::r--')], 'a');
    expect(entry?.attributes).toEqual({});
  });
  test('that is there as an attribute as well is that', async () => {
    const more = { 'SCHILY.xattr.system.posix_acl_access': 'x' };
    const entry = await entryOf([acl(named, 0o674, more)], 'a');
    expect(entry?.attributes).toEqual({ 'system.posix_acl_access': sha256('x') });
  });
  test.each([
    ['names somebody by no number', acl('user::rw-,user:joe:r-x,group::r--,mask::rwx,other::r--')],
    ['has no mask', acl('user::rw-,user:1000:r-x,group::r--,other::r--')],
    ['names somebody twice', acl(`${named}user:1000:rwx`)],
    ['has an unknown entry', acl(`${named}x::rwx`)],
    ['is for another mode', acl(named, 0o644)],
  ])('that %s is refused', async (_, member) => {
    await expect(indexImage(packed([member]))).rejects.toMatchObject({
      code: 'IMAGE_FORMAT',
      message: expect.stringContaining('has an ACL') as string,
    });
  });
});

test('a label of tar --selinux is an attribute with its NUL', async () => {
  const label = 'system_u:object_r:bin_t:s0';
  const entry = await entryOf([file('a', { pax: { 'RHT.security.selinux': label } })], 'a');
  expect(entry?.attributes).toEqual({ 'security.selinux': sha256(`${label}\0`) });
});

const refusals: [what: string, members: Member[], message: string | RegExp][] = [
  ['an absolute name', [file('/etc/passwd')], 'begins with a slash'],
  ['a name that leads out', [file('a/../../b')], 'leads out of the tree'],
  [
    'a name that leads out, in the extended header',
    [file('a', { pax: { path: '../b' } })],
    'out of',
  ],
  ['a hard link that leads out', [file('a', { type: '1', link: '../b' })], 'out of the tree'],
  ['a hard link to nothing', [file('a', { type: '1', link: 'b' })], 'no file that comes before it'],
  [
    'a hard link to a folder',
    [file('b/', { type: '5' }), file('a', { type: '1', link: 'b' })],
    'no file',
  ],
  [
    'a file below a link',
    [file('a', { type: '2', link: '/' }), file('a/b')],
    'below a, which is no folder, but a link',
  ],
  ['a file below a file', [file('a'), file('a/b')], 'below a, which is no folder'],
  ['a file twice', [file('a'), file('./a')], 'a comes twice'],
  [
    'a folder where a link is',
    [file('a', { type: '2', link: 'b' }), file('a/', { type: '5' })],
    'twice',
  ],
  ['a file where a folder is', [file('a/', { type: '5' }), file('a')], 'twice'],
  ['a root that is a link', [file('./', { type: '2', link: '/etc' })], 'its root is no folder'],
  ['a link that leads nowhere', [file('a', { type: '2' })], 'leads nowhere'],
  ['an unknown type', [file('a', { type: 'Z' })], 'the unknown type Z'],
  ['an incremental backup', [file('a', { type: 'D' })], 'an incremental backup'],
  [
    'a header for all',
    [file('g', { type: 'g', data: Buffer.from('12 uid=1000\n') })],
    'says uid of them',
  ],
  ['ACLs of NFS', [file('a', { pax: { 'SCHILY.acl.ace': 'x' } })], 'would be lost'],
  [
    'attributes of another form',
    [file('a', { pax: { 'LIBARCHIVE.xattr.user.a': 'YQ' } })],
    'alone',
  ],
  [
    'an attribute of no namespace',
    [file('a', { pax: { 'SCHILY.xattr.a': 'b' } })],
    'of the name a',
  ],
  [
    'a link with content',
    [file('a', { type: '2', link: 'b', data: Buffer.from('x') })],
    'has content',
  ],
  ['a negative owner', [file('a', { pax: { uid: '-1' } })], 'the owner -1'],
  [
    'a device that Linux has no number for',
    [file('a', { type: '3', fields: { 329: '0010000' } })],
    'major number',
  ],
  ['a name that is too long', [file('a', { pax: { path: 'x'.repeat(256) } })], 'longer than'],
  ['what is levitate’s own', [file('.levitate-tree')], 'own'],
  [
    'nothing',
    [file('g', { type: 'g', data: Buffer.from('13 comment=x\n') })],
    'there is nothing in it',
  ],
];
describe('refused as no tree', () => {
  test.each(refusals)('%s', async (_what, members, message) => {
    await expect(indexImage(packed(members))).rejects.toMatchObject({
      code: 'IMAGE_FORMAT',
      message: expect.stringContaining(message as string) as string,
    });
  });
  test('what follows its end', async () => {
    const path = put(folder, 'two.tar', Buffer.concat([tarOf([file('a')]), tarOf([file('b')])]));
    await expect(indexImage(path)).rejects.toMatchObject({
      code: 'IMAGE_FORMAT',
      message: expect.stringContaining('follows the end') as string,
    });
  });
});

describe('refused as damaged', () => {
  const whole = tarOf([file('a', { data: Buffer.alloc(3000, 'x') }), file('b')]);
  test.each([512, 600, 3583, 3584, 4000, 4096])('cut after %i bytes', async (length) => {
    const path = put(folder, 'cut.tar', whole.subarray(0, length));
    await expect(indexImage(path)).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED' });
  });
  test('a changed header', async () => {
    const changed = Buffer.from(whole);
    changed[3584] = 0x63;
    await expect(indexImage(put(folder, 'x.tar', changed))).rejects.toMatchObject({
      code: 'IMAGE_CORRUPT',
      message: expect.stringContaining('the header at byte 3584') as string,
    });
  });
  test('an extended header whose records do not end', async () => {
    const data = Buffer.from('99 path=a\n');
    const path = packed([file('x', { type: 'x', data }), file('b')]);
    await expect(indexImage(path)).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  });
  test('a size that nothing has', async () => {
    const fields = {
      124: Buffer.from([0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    };
    await expect(indexImage(packed([file('a', { fields })]))).rejects.toMatchObject({
      code: 'IMAGE_CORRUPT',
    });
  });
});

test('taken as it is, a tar archive is no tree', async () => {
  const path = packed([file('a')]);
  const image = await indexImage({ path, raw: true });
  expect(image).toMatchObject({ format: 'tar', raw: true });
  expect(image.tree).toBeUndefined();
});
