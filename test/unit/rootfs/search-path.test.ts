import { expect, test } from 'vitest';
import { readElf } from '../../../src/rootfs/elf.js';
import { searchPath, type Loaded } from '../../../src/rootfs/search-path.js';
import { makeElf } from './make-elf.js';

const file = (paths: { rpath?: string; runpath?: string }, parent?: Loaded): Loaded => {
  const bytes = makeElf(paths);
  const path = parent ? '/opt/lib/liba.so' : '/opt/bin/x';
  return { path, bytes, unit: undefined, elf: readElf(bytes), parent };
};

test.each([
  ['glibc hands an RPATH down', false, { rpath: '/p' }, {}, ['/p']],
  ['glibc keeps a RUNPATH to the file', false, { runpath: '/p' }, {}, []],
  ['glibc ignores an RPATH beside a RUNPATH', false, {}, { rpath: '/r', runpath: '/n' }, ['/n']],
  ['glibc: a RUNPATH ends what is handed down', false, { rpath: '/p' }, { runpath: '/n' }, ['/n']],
  [
    'glibc: the file first, then who loads it',
    false,
    { rpath: '/p' },
    { rpath: '/r' },
    ['/r', '/p'],
  ],
  ['musl hands both down', true, { runpath: '/p' }, { runpath: '/n' }, ['/n', '/p']],
  [
    '$ORIGIN is the folder of each',
    true,
    { rpath: '$ORIGIN/../a' },
    { runpath: '${ORIGIN}/b' },
    ['/opt/lib/b', '/opt/a'],
  ],
  ['links into /usr are known', false, {}, { rpath: '/lib/p' }, ['/usr/lib/p']],
])('%s', (_name, musl, program, library, expected) => {
  expect(searchPath(file(library, file(program)), musl, ['/usr/lib'])).toEqual([
    ...expected,
    '/usr/lib',
  ]);
});
