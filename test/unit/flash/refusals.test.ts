/** Two kinds of tar archives that have targets of their own: a tree of files, and an OpenWrt sysupgrade file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TargetFacts } from '../../../src/flash/kind.js';
import { targetKinds } from '../../../src/flash/target.js';
import { takersOf } from '../../../src/flash/takers.js';
import { indexImage } from '../../../src/image/index.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { memberImages } from '../../../src/operations/flash/members.js';
import { squashfs } from '../image/container/containers.js';
import { put, temporaryFolder } from '../image/fixtures.js';

const folder = temporaryFolder();
const files: Record<string, Buffer | string> = {
  'sysupgrade-acme_x/CONTROL': 'BOARD=acme_x\n',
  'sysupgrade-acme_x/root': squashfs(folder),
  'etc/hostname': 'tree\n',
};
for (const [name, content] of Object.entries(files)) {
  mkdirSync(join(folder, 'in', name, '..'), { recursive: true });
  writeFileSync(join(folder, 'in', name), content);
}

/** Reads a tar archive of these, as tar makes it. */
const archive = (...names: string[]): Promise<ImageIndex> =>
  indexImage(
    put(
      folder,
      `${names.join('+').replace(/[./]/g, '-')}.tar`,
      execFileSync('tar', ['-c', '-C', join(folder, 'in'), ...names]),
    ),
  );

const facts: TargetFacts = {
  ...{ kind: '', name: 'it', node: '/dev/it', size: 64 << 20, partition: true, leb_size: 1024 },
  ...{ volume_type: 'dynamic', free_lebs: 1 << 20, pinned: '' },
};
/** The kinds of targets that refuse an image, with what they say to it. */
const refusals = (image: ImageIndex) =>
  targetKinds.flatMap(({ name, check }) => {
    const refusal = check(image, facts, {});
    return refusal ? [{ kind: name, ...refusal }] : [];
  });
const groups = { firmware: { root: 'firmware/root', kernel: 'firmware/kernel' } };
const toOpenwrt = (image: ImageIndex) => () => memberImages({ groups }, [['firmware', image]]);
const trees = ['ext4-tree', 'f2fs-tree', 'ubifs-tree'];

test.each([[['sysupgrade-acme_x']], [['./sysupgrade-acme_x']]])(
  'a sysupgrade file is none that goes into a file system: %s',
  async (names) => {
    const image = await archive(...names);
    expect(image).toMatchObject({ format: 'sysupgrade', sysupgrade: { board: 'acme_x' } });
    expect(image.tree).toBeUndefined();
    expect(takersOf(image).map(({ kind }) => kind)).toEqual(['sysupgrade']);
    const found = refusals(image);
    expect(found.map(({ kind }) => kind)).toEqual(targetKinds.map(({ name }) => name));
    for (const { kind, code, message, hint } of found) {
      expect(code, kind).toBe('IMAGE_FORMAT');
      expect(message, kind).toContain('an OpenWrt sysupgrade file (tar)');
      expect(hint, kind).toMatch(/\{ sysupgrade: \{ mtd: … \} \}.*levitate help openwrt/);
    }
    expect(toOpenwrt(image)()).toMatchObject([['firmware/root', { format: 'squashfs' }]]);
  },
);

test.each([[['etc']], [['.']], [['sysupgrade-acme_x', 'etc']]])(
  'a tree is no sysupgrade file, whatever folder it has: %s',
  async (names) => {
    const image = await archive(...names);
    expect(image.format).toBe('tar');
    expect(image.tree?.entries.map(({ name }) => name)).toContain('etc/hostname');
    expect(takersOf(image).map(({ kind }) => kind)).toEqual(trees);
    const found = refusals(image);
    expect(found.map(({ kind }) => kind)).not.toContain('ext4-tree');
    for (const { kind, message, hint } of found) {
      expect(message, kind).toContain('a tar archive of');
      expect(hint, kind).toContain('{ ext4-tree: { partition: … } }');
    }
    expect(toOpenwrt(image)).toThrow(
      expect.objectContaining({
        code: 'IMAGE_FORMAT',
        message: expect.stringContaining('the image is a tree of files (tar)') as string,
        hint: expect.stringContaining('{ ext4-tree: { partition: … } }') as string,
      }),
    );
  },
);
