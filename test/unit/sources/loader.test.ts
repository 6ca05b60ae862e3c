import { expect, test } from 'vitest';
import { builtInDirectories } from '../../../src/sources/loader.js';

const folders = (text: string): string[] =>
  builtInDirectories({ path: '/lib/ld-linux.so.2', bytes: Buffer.from(text, 'latin1') });

test.each([
  ['its list of folders', 'x\0/lib/i386/\0/usr/lib/\0y', ['/usr/lib/i386', '/usr/lib']],
  ['the longest of several', 'x\0/lib/\0y\0/lib/a/\0/usr/lib/\0z', ['/usr/lib/a', '/usr/lib']],
  ['no folder of libraries', 'x\0/etc/\0/usr/share/\0y', ['/usr/lib']],
  ['a name without end', 'x\0/lib/', ['/usr/lib']],
  ['one text of 200 000 folders', `x\0${'/lib'.repeat(200_000)}/\0y`, ['/usr/lib']],
])('a loader with %s', (_, text, expected) => {
  expect(folders(text)).toEqual(expected);
});
