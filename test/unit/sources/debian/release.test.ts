import { expect, test } from 'vitest';
import { debianSource } from '../../../../src/sources/debian/debian.js';
import { isInDebian } from '../../../../src/sources/debian/release.js';

test('a processor without Debian is refused before anything is fetched', async () => {
  expect(isInDebian('mipsel')).toBe(true);
  expect(isInDebian('mips')).toBe(false);
  const nowhere = { release: undefined, cache: '/nonexistent', warn: () => undefined };
  await expect(debianSource({ arch: 'mips', ...nowhere })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'there is no Debian for mips',
    hint: expect.stringContaining('sysroot') as string,
  });
});
