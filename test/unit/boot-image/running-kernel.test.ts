import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kernelReleaseOf, readKernel } from '../../../src/boot-image/running-kernel.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'kernel-'))));
afterAll(() => rm(folder, { recursive: true }));

const bzImage = (): Buffer => {
  const made = Buffer.alloc(0x1000);
  made.write('MZ');
  made.write('HdrS', 0x202);
  made.writeUInt16LE(0x500, 0x20e);
  made.write('6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP\0', 0x700);
  return made;
};
const image = (): Buffer => {
  const made = Buffer.alloc(0x1000);
  made.write('ARM\x64', 0x38, 'latin1');
  made.write('Linux version 6.1.0-56-arm64 (debian-kernel) gcc\0', 0x800);
  return made;
};

test('a kernel says of which release it is', () => {
  expect(kernelReleaseOf(bzImage())).toBe('6.1.0-56-amd64');
  expect(kernelReleaseOf(image())).toBe('6.1.0-56-arm64');
  expect(kernelReleaseOf(Buffer.alloc(0x1000))).toBeUndefined();
  expect(kernelReleaseOf(bzImage().subarray(0, 0x300))).toBeUndefined();
});

test('it is read unpacked, and what is none is refused', async () => {
  const file = path.join(folder, 'Image.gz');
  await writeFile(file, gzipSync(image()));
  expect(await readKernel(file)).toEqual({
    ...{ path: file, bytes: image(), release: '6.1.0-56-arm64', isEfi: false },
  });
  await writeFile(file, bzImage());
  expect(await readKernel(file)).toMatchObject({ release: '6.1.0-56-amd64', isEfi: true });
  await writeFile(file, 'x');
  await expect(readKernel(file)).rejects.toMatchObject({ code: 'IMAGE_FORMAT' });
  await expect(readKernel(path.join(folder, 'none'))).rejects.toMatchObject({
    code: 'IMAGE_UNREADABLE',
  });
});
