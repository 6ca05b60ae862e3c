import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf } from '../../../../src/image/container/contents.js';
import { indexImage } from '../../../../src/image/index.js';
import { heldFile } from '../../../../src/image/stored-file.js';
import { put, temporaryFolder, tool } from '../fixtures.js';
import { containers, putContainer, squashfs } from './containers.js';

const folder = temporaryFolder();
const image = squashfs(folder);
const made = containers(folder, image);

const expected: Record<string, { what: string; name: string; sha256?: boolean }> = {
  swupdate: { what: 'an SWUpdate file', name: 'root.gz' },
  cpio: { what: 'a cpio archive', name: 'data/root.img' },
  rauc: { what: 'a RAUC bundle', name: 'rootfs.squashfs', sha256: true },
  mender: { what: 'a Mender artifact', name: 'rootfs.squashfs', sha256: true },
  fwup: { what: 'a fwup archive', name: 'data/root.img' },
  zip: { what: 'a zip archive of 2 files', name: 'data/root.img' },
  sysupgrade: { what: 'an OpenWrt sysupgrade file', name: 'sysupgrade-acme_x/root' },
  tar: { what: 'a tar archive', name: 'data/root.img' },
};

test.each(Object.keys(expected))(
  '%s: the one image in it is named, and the command takes it out',
  async (kind) => {
    const { what, name, sha256 } = expected[kind]!;
    const path = putContainer(folder, kind, made[kind]!);
    const found = await contentsOf(heldFile(path, made[kind]!));
    expect(found).toMatchObject({ kind, what: expect.stringContaining(what) as string });
    const images = found!.files.filter(({ isImage }) => isImage);
    expect(images.map((one) => one.name)).toEqual([name]);
    expect(images[0]!.sha256 !== undefined).toBe(sha256 === true);
    const cwd = mkdtempSync(join(folder, 'out-'));
    execFileSync('sh', ['-c', images[0]!.takeOut], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const out = readFileSync(join(cwd, name.replace(/.*\//, '')));
    expect((name.endsWith('.gz') ? tool('gzip', ['-dc'], out) : out).equals(image)).toBe(true);
  },
);

/** Each file of a sysupgrade file has a place of its own, and a tar archive of anything may be a tree: other targets refuse them. */
const isNeverWritten = Object.keys(expected).filter(
  (kind) => kind !== 'tar' && kind !== 'sysupgrade',
);

test.each(isNeverWritten)('%s: it is never written as it is', async (kind) => {
  const path = putContainer(folder, kind, made[kind]!);
  await expect(indexImage(path)).rejects.toMatchObject({
    code: 'IMAGE_FORMAT',
    message: expect.stringContaining(expected[kind]!.what) as string,
    hint: expect.stringMatching(/levitate image FILE|fwup -a/) as string,
  });
});

test('an image, a compressed one, and a zip archive of one file are no containers', async () => {
  const path = put(folder, 'one.img', image);
  const zip = tool('zip', ['-q', '-j', '-', path]);
  for (const bytes of [image, tool('gzip', ['-c'], image), zip, Buffer.alloc(70_000)])
    expect(await contentsOf(heldFile('i', bytes))).toBeUndefined();
});

test.each(Object.keys(expected))('%s, cut anywhere, ends in words', async (kind) => {
  const bytes = made[kind]!;
  for (let cut = 0; cut < bytes.length; cut += Math.ceil(bytes.length / 60)) {
    const look = contentsOf(heldFile('i', bytes.subarray(0, cut))).catch((error: unknown) => error);
    const found = await look;
    if (found instanceof Error) expect(found).toMatchObject({ name: 'LevitateError' });
  }
});

test('names from a container are quoted in the commands, and no more than some files are looked at', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `-rf ${index}; $(id)'`);
  const tree = mkdtempSync(join(folder, 'many-'));
  for (const name of names) put(tree, name, Buffer.from('x\n'));
  const tar = execFileSync('tar', ['-C', tree, '-c', '--', ...names]);
  const found = await contentsOf(heldFile('f', tar));
  expect(found?.files).toHaveLength(100);
  expect(found?.files[0]?.takeOut).toContain(String.raw`'-rf 0; $(id)'\'''`);
});

test.each(['tar', 'cpio'])('%s: no name of a member is an option of the command', async (kind) => {
  const tree = mkdtempSync(join(folder, 'options-'));
  const name = kind === 'tar' ? '--to-command=touch done' : '--rsh-command=touch done';
  put(tree, name, image);
  const bytes =
    kind === 'tar'
      ? execFileSync('tar', ['-c', '--', name], { cwd: tree })
      : execFileSync('cpio', ['-o', '-H', 'newc'], { cwd: tree, input: `${name}\n` });
  const path = put(folder, `options.${kind}`, bytes);
  const found = await contentsOf(heldFile(path, bytes));
  const cwd = mkdtempSync(join(folder, 'out-'));
  execFileSync('sh', ['-c', found!.files[0]!.takeOut], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  expect(readdirSync(cwd)).toEqual([name]);
  expect(readFileSync(join(cwd, name)).equals(image)).toBe(true);
});

test('what a Mender artifact calls the archive of its image is quoted', async () => {
  const tree = mkdtempSync(join(folder, 'mender-'));
  put(tree, 'version', Buffer.from('{}'));
  put(tree, 'manifest', Buffer.from(`${'0'.repeat(64)}  data/0000/root\n`));
  mkdirSync(join(tree, 'data'));
  put(join(tree, 'data'), '0000.tar; touch done;', Buffer.from('x'));
  const names = ['version', 'manifest', 'data/0000.tar; touch done;'];
  const tar = execFileSync('tar', ['-c', ...names], { cwd: tree });
  const found = await contentsOf(heldFile('f', tar));
  expect(found?.files[0]?.takeOut).toContain("'data/0000.tar; touch done;' | tar");
});

test('the command for an image of a RAUC bundle writes into the current folder', async () => {
  const name = '../../rootfs';
  const manifest = `\n[image.rootfs]\nfilename=${name}\n`;
  const cms = Buffer.concat([Buffer.from('3080', 'hex'), signedData, Buffer.from(manifest)]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(cms.length));
  const found = await contentsOf(heldFile('f', Buffer.concat([image, cms, length])));
  expect(found?.files[0]?.takeOut).toBe(`unsquashfs -cat f ${name} > rootfs`);
});

/** The identifier of signed data, as a CMS structure begins (RFC 5652, §5.1). */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');
