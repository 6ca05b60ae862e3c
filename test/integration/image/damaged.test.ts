/** Each compression by its real program: files of every make are read, and damaged ones are refused wherever the damage is. */
import { expect, test } from 'vitest';
import {
  allCompressors,
  allNames,
  compressors,
  names,
  put,
  readImage,
  sample,
  temporaryFolder,
  tool,
} from '../../unit/image/fixtures.js';

const folder = temporaryFolder();
const content = sample(700_001);

test.each(allNames)('%s: a file cut anywhere is truncated, never short', async (name) => {
  const whole = allCompressors[name](content);
  const cuts = [18, 19, 30, 100, 4096, 65_536, whole.length >> 1];
  for (const missing of [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 20, 28, 40])
    cuts.push(whole.length - missing);
  for (const length of cuts) {
    const path = put(folder, `cut-${name}`, whole.subarray(0, length));
    await expect(readImage(path), `${length} of ${whole.length}`).rejects.toThrow(
      expect.objectContaining({ name: 'LevitateError', code: 'IMAGE_TRUNCATED' }),
    );
  }
});

test.each(names)('%s: a cut second piece is noticed too', async (name) => {
  const two = Buffer.concat([compressors[name](content), compressors[name](content)]);
  const first = two.length / 2;
  for (const length of [first + 1, first + 2, first + 4, first + 9, first + 15, two.length - 1]) {
    const path = put(folder, `cut-two-${name}`, two.subarray(0, length));
    await expect(readImage(path), `${length}`).rejects.toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^IMAGE_(TRUNCATED|CORRUPT)$/) as string,
      }),
    );
  }
});

test.each(names)('%s: no flipped bit passes as sound content', async (name) => {
  const small = content.subarray(0, 40_000);
  const whole = compressors[name](small);
  for (let at = 0; at < whole.length; at += at < 40 || at > whole.length - 60 ? 1 : 397) {
    const flipped = Buffer.from(whole);
    flipped[at] = flipped.readUInt8(at) ^ (1 << (at % 8));
    const got = await readImage(put(folder, `flip-${name}`, flipped)).catch(
      (error: unknown) => error,
    );
    // A flipped magic makes it a raw file; a few header bits (time, system, flags) carry no content.
    if (Buffer.isBuffer(got))
      expect(got.equals(flipped) || got.equals(small), `byte ${at}`).toBe(true);
    else expect(got, `byte ${at}`).toMatchObject({ name: 'LevitateError' });
  }
});

test.each([
  ['xz', ['-c', '--check=crc32']],
  ['xz', ['-c', '--check=none']],
  ['xz', ['-c', '-9']],
  ['xz', ['-c', '-T2', '--block-size=65536']],
  ['xz', ['-c', '--check=sha256']],
  ['xz', ['-c', '--x86', '--lzma2']],
  ['zstd', ['-c', '-19']],
  ['zstd', ['-c', '--no-check']],
  ['zstd', ['-c', '--ultra', '-22']],
  ['zstd', ['-c', '--long=27']],
  ['gzip', ['-c', '-1']],
  ['bzip2', ['-c', '-1']],
  ['lz4', ['-c', '-9', '-BD', '-B4']],
  ['lz4', ['-c', '-BX', '--no-frame-crc']],
  ['lz4', ['-c', '--no-frame-crc']],
  ['lzip', ['-c', '-0']],
  ['lzip', ['-c', '-9', '--member-size=100KiB']],
])('%s %j is read', async (command, args) => {
  const path = put(folder, 'variant', tool(command, args, content));
  expect((await readImage(path)).equals(content)).toBe(true);
});
