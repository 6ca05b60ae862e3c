/** A real U-Boot boots the archive, out of a FIT and as a uInitrd. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { foreignPackages } from '../../lab/build/foreign.js';
import { boardTree, bootByUBoot, ramStart } from '../../lab/u-boot.js';
import { minutes } from '../lines.js';

const mebi = 1024 * 1024;
const at = (mebibytes: number): number => ramStart + mebibytes * mebi;
const hex = (address: number): string => `0x${address.toString(16)}`;
const up = /levitate: maintenance root ap-arm64/;
const words = 'setenv bootargs console=ttyAMA0 panic=-1';

let folder: string;
let kernel: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-boot-loader-'));
  ({ kernel } = await foreignPackages('arm64'));
  await boardTree(file('dtb'));
  // The kernel unpacks xz here.
  const profile = await readFile('profiles/ap-arm64.yaml', 'utf8');
  await writeFile(file('ap.yaml'), `${profile}\narchive: { compression: xz }\n`);
  const made = ['--uinitrd', file('uInitrd'), '--fit', file('fit'), '--kernel', kernel];
  await execa('node', [
    ...['dist/cli/main.js', 'build', file('ap.yaml'), '-o', file('ap.cpio.xz')],
    ...[...made, '--dtb', file('dtb')],
  ]);
}, minutes(10));
afterAll(() => rm(folder, { recursive: true }));

test('a FIT: kernel, device tree and archive, each checked', { timeout: minutes(5) }, async () => {
  const console = await bootByUBoot({
    files: { [file('fit')]: at(128) },
    commands: [words, `bootm ${hex(at(128))}`],
    until: up,
  });
  expect(console.match(/Verifying Hash Integrity \.\.\. sha256\+ OK/g)).toHaveLength(3);
});

test('a uInitrd beside a kernel', { timeout: minutes(5) }, async () => {
  const [kernelAt, initrdAt, treeAt] = [at(64), at(128), at(160)];
  const console = await bootByUBoot({
    files: { [kernel]: kernelAt, [file('uInitrd')]: initrdAt, [file('dtb')]: treeAt },
    commands: [words, `booti ${[kernelAt, initrdAt, treeAt].map(hex).join(' ')}`],
    until: up,
  });
  expect(console).toMatch(/Image Name: +levitate ap-arm64/);
  expect(console).toMatch(/Verifying Checksum \.\.\. OK/);
});
