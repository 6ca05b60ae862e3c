/** The kinds of targets for which a file system is made. */
import { describe, expect, it } from 'vitest';
import type { Consent, Context, Job, TargetFacts } from '../../../src/flash/kind.js';
import { JobState } from '../../../src/flash/job-state.js';
import { planFlash } from '../../../src/flash/plan.js';
import { targetKinds, targetOf } from '../../../src/flash/target.js';
import type { FoundFile } from '../../../src/flash/tree-differences.js';
import type { ImageIndex } from '../../../src/image/image.js';
import type { TreeEntry, TreeIndex } from '../../../src/image/tree/tree.js';
import { anImage } from '../image/an-image.js';

const mib = 1024 * 1024;
const entry = (more: Partial<TreeEntry>): TreeEntry => ({
  ...{ name: '.', kind: 'folder', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0 },
  ...{ attributes: {}, attributeBytes: 0, ...more },
});
const treeOf = (entries: TreeEntry[]): TreeIndex => ({
  entries: [entry({}), ...entries],
  files: entries.length,
  bytes: entries.reduce((sum, { size }) => sum + size, 0),
});
const file = (size: number, name = 'a') => entry({ name, kind: 'file', size, sha256: '' });
const image = (tree = treeOf([file(10)]), more: Partial<ImageIndex> = {}): ImageIndex =>
  anImage({ format: 'tar', tree, chunks: ['x'], ...more });
const facts = (more: Partial<TargetFacts> = {}): TargetFacts => ({
  ...{ kind: '', name: 'it', node: '/dev/it', size: 64 * mib, partition: true },
  ...{ leb_size: 1024, volume_type: 'dynamic', free_lebs: 1 << 20, pinned: '' },
  ...more,
});
const kindOf = (name: string) => targetKinds.find((kind) => kind.name === name)!;
const refusal = (name: string, one: ImageIndex, of = facts(), consent: Consent = {}) =>
  kindOf(name).check(one, of, consent);
const trees = ['ext4-tree', 'f2fs-tree', 'ubifs-tree'];
const others = ['block', 'partition', 'mtd', 'nand', 'ubi', 'ubi-volume'];

describe('a tree', () => {
  it.each(trees)('goes to %s', (name) => {
    expect(refusal(name, image())).toBeUndefined();
  });
  it.each(others)('does not go to %s, whose refusal names what takes it', (name) => {
    const found = refusal(name, image());
    expect(found).toMatchObject({ code: 'IMAGE_FORMAT' });
    expect(found?.message).toContain('a tar archive of 1 files');
    expect(found?.hint).toContain('ext4-tree');
  });
});

describe('what is no tree', () => {
  it.each(trees)('does not go to %s', (name) => {
    const found = refusal(name, anImage({ format: 'ext4' }));
    expect(found).toMatchObject({ code: 'IMAGE_FORMAT' });
    expect(found?.hint).toContain('{ partition: … }');
    expect(refusal(name, anImage({ format: 'tar', raw: true }))?.code).toBe('IMAGE_FORMAT');
  });
});

describe('what has no room', () => {
  it.each(['ext4-tree', 'f2fs-tree'])('is refused with numbers: %s', (name) => {
    const found = refusal(name, image(treeOf([file(65 * mib)])));
    expect(found?.code).toBe('IMAGE_TOO_LARGE');
    expect(found?.message).toContain(`${65 * mib} bytes in 1 files, it has ${64 * mib}`);
  });
  it('in an ext4, whose own blocks count', () => {
    expect(refusal('ext4-tree', image(treeOf([file(55 * mib)])))).toBeUndefined();
    expect(refusal('ext4-tree', image(treeOf([file(60 * mib)])))?.code).toBe('IMAGE_TOO_LARGE');
  });
  it('in an ext4, whose inodes are too few', () => {
    const many = Array.from({ length: 9000 }, (_, at) => file(0, String(at)));
    expect(refusal('ext4-tree', image(treeOf(many)))?.message).toContain('9012 inodes');
    const names = many.map((one) => ({ ...one, kind: 'hard-link' as const, link: '0' }));
    expect(refusal('ext4-tree', image(treeOf(names)))).toBeUndefined();
  });
  it('in an ext4, which keeps a block of attributes', () => {
    const heavy = { ...file(1), attributeBytes: 5000 };
    expect(refusal('ext4-tree', image(treeOf([heavy])))?.message).toContain('5000 bytes of ext');
  });
  it('in a UBIFS, however it compresses', () => {
    expect(refusal('ubifs-tree', image(treeOf([file(100 * mib)])))).toBeUndefined();
    expect(refusal('ubifs-tree', image(treeOf([file(300 * mib)])))?.code).toBe('IMAGE_TOO_LARGE');
  });
});

describe('a place that takes none', () => {
  it('a whole disk', () => {
    expect(refusal('ext4-tree', image(), facts({ partition: false }))?.code).toBe(
      'TARGET_UNSUPPORTED',
    );
  });
  it('a read-only one', () => {
    const unfit = { code: 'TARGET_READ_ONLY', message: 'it is read-only' } as const;
    expect(refusal('f2fs-tree', image(), facts({ unfit }))).toEqual(unfit);
  });
  it('a static volume', () => {
    expect(refusal('ubifs-tree', image(), facts({ volume_type: 'static' }))?.code).toBe(
      'TARGET_UNSUPPORTED',
    );
  });
});

describe('the plan', () => {
  const planned = (name: string, of: TargetFacts) =>
    planFlash(
      { target: 't', kind: kindOf(name), facts: of, image: image() },
      { chunks: [], remains: [], lost: [] },
      { way: 'full', why: '' },
    ).steps;
  it('makes the file system first, and compares at last', () => {
    expect(planned('ext4-tree', facts())).toMatchObject([
      { do: 'make', fileSystem: 'ext4', touches: '/dev/it', undoable: false },
      { do: 'write', chunks: [0] },
      { do: 'finish' },
      { do: 'verify', how: 'tree', bytes: 10, touches: null },
    ]);
  });
  it('swaps where a volume has room for a second one', () => {
    const apart = planned('ubifs-tree', facts({ node: '/dev/ubi0_1' }));
    expect(apart.map((step) => [step.do, step.undoable, step.touches])).toEqual([
      ['make', true, '/dev/ubi0'],
      ['write', true, '/dev/ubi0'],
      ['finish', true, '/dev/ubi0'],
      ['verify', true, null],
      ['swap', false, '/dev/ubi0'],
    ]);
    const inPlace = planned('ubifs-tree', facts({ free_lebs: 0 }));
    expect(inPlace.map((step) => [step.do, step.undoable])).toEqual([
      ['make', false],
      ['write', false],
      ['finish', false],
      ['verify', false],
    ]);
  });
});

describe('reading back', () => {
  const found = (more: Partial<FoundFile> = {}): FoundFile[] => [
    { path: '.', kind: 'folder', mode: 0o755, uid: 0, gid: 0, mtime: 0, inode: 2, attributes: {} },
    {
      ...{ path: 'a', kind: 'file', mode: 0o755, uid: 0, gid: 0, mtime: 0, inode: 3 },
      ...{ attributes: {}, size: 10, sha256: '', ...more },
    },
  ];
  const verified = async (files: FoundFile[]) => {
    const told: unknown[] = [];
    const flasher = {
      listTree: (onFile: (file: FoundFile) => void) =>
        Promise.resolve(files.forEach((one) => onFile(one))),
      verified: (...words: unknown[]) => Promise.resolve(void told.push(words)),
    };
    const job = { image: image(), facts: facts(), target: 't', state: new JobState() } as Job;
    const context = { flasher } as unknown as Context;
    return { found: await kindOf('ext4-tree').verify(context, job, 3), told };
  };
  it('tells how much was compared, and lets the device note it', async () => {
    expect(await verified(found())).toEqual({
      found: { tree: { names: 2, files: 1, bytes: 10 } },
      told: [[3, '']],
    });
  });
  it('names what differs', async () => {
    await expect(verified(found({ uid: 1 }))).rejects.toMatchObject({
      code: 'VERIFY_FAILED',
      message: 'what was read back from it is not the tree: /a has the owner 1:0, not 0:0',
    });
  });
});

it('the words of a target are those of the flasher', () => {
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  const place = { partition: { label: 'root' } };
  const words = (spec: Parameters<typeof targetOf>[0]) => targetOf(spec).args;
  expect(words({ 'ext4-tree': place, label: 'sys', uuid, features: ['^64bit', 'quota'] })).toEqual([
    'ext4-tree',
    'label',
    'root',
    'label=sys',
    `uuid=${uuid}`,
    'features=^64bit,quota',
  ]);
  expect(words({ 'ext4-tree': { block: '/dev/vda2' } })).toEqual([
    'ext4-tree',
    'block',
    '/dev/vda2',
  ]);
  expect(words({ 'f2fs-tree': place, label: 'sys' })).toEqual([
    'f2fs-tree',
    'label',
    'root',
    'label=sys',
  ]);
  expect(words({ 'ubifs-tree': 'rootfs', on: { mtd: 'ubi' } })).toEqual([
    'ubifs-tree',
    'rootfs',
    'ubi',
  ]);
});
