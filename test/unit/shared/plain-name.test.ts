import { expect, it } from 'vitest';
import { plainName } from '../../../src/shared/plain-name.js';

it.each([
  ['my\\x20big\\x20disk', 'my big disk'],
  ['/mnt/my\\040disk', '/mnt/my disk'],
  ['gr\\xc3\\xb6\\xC3\\x9fe', 'größe'],
  ['a\\134b', 'a\\b'],
  ['plain', 'plain'],
  ['a\\012b', 'a\\012b'],
  ['a\\x1b[2Jb', 'a\\x1b[2Jb'],
  ['\\xff', '\\xff'],
  ['C:\\xyz\\9', 'C:\\xyz\\9'],
])('%s is %s', (name, plain) => expect(plainName(name)).toBe(plain));
