import { describe, expect, test } from 'vitest';
import { TreeComparison, type FoundFile } from '../../../src/flash/tree-differences.js';
import type { TreeEntry } from '../../../src/image/tree/tree.js';

const entry = (
  name: string,
  kind: TreeEntry['kind'],
  more: Partial<TreeEntry> = {},
): TreeEntry => ({
  ...{ name, kind, mode: 0o755, uid: 0, gid: 0, mtime: 7, size: 0 },
  ...{ attributes: {}, attributeBytes: 0, ...more },
});
const entries = [
  entry('.', 'folder'),
  entry('a', 'file', { size: 3, sha256: 'of a', attributes: { 'user.x': 'of x' } }),
  entry('again', 'hard-link', { link: 'a' }),
  entry('link', 'link', { link: 'a' }),
  entry('null', 'character', { device: { major: 1, minor: 3 } }),
];
const there = (path: string, kind: string, more: Partial<FoundFile> = {}): FoundFile => ({
  ...{ path, kind, mode: 0o755, uid: 0, gid: 0, mtime: 7, inode: 1, attributes: {}, ...more },
});
const file = { size: 3, sha256: 'of a', inode: 5, attributes: { 'user.x': 'of x' } };
const all: Record<string, FoundFile> = {
  '.': there('.', 'folder'),
  a: there('a', 'file', file),
  again: there('again', 'file', file),
  link: there('link', 'link', { link: 'a', mode: 0o777 }),
  null: there('null', 'character', { major: 1, minor: 3 }),
};
const compared = (found: FoundFile[]): TreeComparison => {
  const comparison = new TreeComparison({ entries, files: 1, bytes: 3 }, ['lost+found']);
  for (const one of found) comparison.found(one);
  comparison.finish();
  return comparison;
};
const withChange = (path: string, change: Partial<FoundFile>): string[] =>
  compared(Object.values({ ...all, [path]: { ...all[path]!, ...change } })).differences;

test('a tree that is there does not differ, whatever mode a link has', () => {
  const found = [...Object.values(all), there('lost+found', 'folder')];
  const { differences, names, bytes } = compared(found);
  expect({ differences, names, bytes }).toEqual({ differences: [], names: 5, bytes: 3 });
});

describe('told is', () => {
  test.each<[path: string, change: Partial<FoundFile>, told: string]>([
    ['a', { mode: 0o4755 }, '/a has the mode 4755, not 755'],
    ['a', { uid: 1 }, '/a has the owner 1:0, not 0:0'],
    ['a', { mtime: 8 }, '/a has the time 8, not 7'],
    ['a', { size: 4 }, '/a has the length 4, not 3'],
    ['a', { sha256: 'other' }, '/a has another content'],
    ['a', { kind: 'folder' }, '/a is a folder, not a file'],
    ['a', { attributes: {} }, '/a has another attribute user.x'],
    ['a', { attributes: { 'user.x': 'of y' } }, '/a has another attribute user.x'],
    [
      '.',
      { attributes: { 'system.posix_acl_default': '' } },
      '/. has another attribute system.posix_acl_default',
    ],
    ['link', { link: 'b' }, '/link leads elsewhere'],
    ['null', { minor: 4 }, '/null is another device'],
    ['again', { inode: 6 }, '/again is a file of its own'],
    ['again', { mode: 0o700 }, '/again has the mode 700, not 755'],
  ])('%s %j', (path, change, told) => {
    expect(withChange(path, change)).toEqual([told]);
  });
  test('what is missing, and what is there besides', () => {
    const { link: _, ...rest } = all;
    const found = [...Object.values(rest), there('more', 'file'), there('lost+found', 'file')];
    expect(compared(found).differences).toEqual([
      '/more is not in the tree',
      '/lost+found is not in the tree',
      '/link is missing',
    ]);
  });
});

test('labels that the kernel gives files by itself are no difference', () => {
  const attributes = { ...file.attributes, 'security.selinux': 'a label' };
  expect(withChange('a', { attributes })).toEqual([]);
});
