import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { explain } from '../../../src/archive/explain.js';
import { explainLines } from '../../../src/cli/views/explain-lines.js';
import { dir, file, symlink } from '../../../src/rootfs/entry.js';

const random = randomBytes(4000);
const entries = [
  dir('/usr'),
  file('/usr/dense', { bytes: random }, { reason: 'service sshd', origin: 'debian x 1' }),
  file('/usr/same', { bytes: random }, { reason: 'service sshd', origin: 'debian x 1' }),
  file('/usr/thin', { bytes: Buffer.alloc(9000) }, { reason: 'target disk' }),
  symlink('/usr/link', 'dense'),
];

test('equal files cost once, dense ones more than thin ones, and the sum is the archive', () => {
  const { files, others } = explain(entries, 5000, 'gzip');
  expect(files.map(({ path, bytes, sameAs }) => [path, bytes, sameAs])).toEqual([
    ['/usr/same', 4000, undefined],
    ['/usr/thin', 9000, undefined],
    ['/usr/dense', 0, '/usr/same'],
  ]);
  expect(files[0]!.packedBytes).toBeGreaterThan(4000);
  expect(files[1]!.packedBytes).toBeLessThan(100);
  expect(files[2]!.packedBytes).toBe(0);
  expect(others.entries).toBe(2);
  const sum = files.reduce((all, { packedBytes }) => all + packedBytes, others.packedBytes);
  expect(sum).toBe(5000);
});

test('without compression a file costs what it has', () => {
  const { files } = explain(entries, 14_000, 'none');
  expect(files.map(({ packedBytes }) => packedBytes)).toEqual([9000, 4000, 0]);
});

test('people read it by what asked for the files', () => {
  expect(explainLines(explain(entries, 14_000, 'none'))).toEqual([
    '  unpacked     packed  for what (packed: estimated)',
    '  8.79 KiB   8.79 KiB  target disk',
    '  8.79 KiB   8.79 KiB      /usr/thin (levitate)',
    '  3.91 KiB   3.91 KiB  service sshd',
    '  3.91 KiB   3.91 KiB      /usr/same (debian x 1)',
    '                           /usr/dense is /usr/same',
    '           1000 bytes  2 folders, links and nodes; headers',
  ]);
});
