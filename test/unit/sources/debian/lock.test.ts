import { describe, expect, test } from 'vitest';
import {
  askedDigest,
  lockDifference,
  lockText,
  parseLock,
  type Lock,
} from '../../../../src/sources/debian/lock.js';

const one = (name: string) => ({
  name,
  version: '1:1.0-2+deb12u1',
  architecture: 'amd64',
  sha256: 'ab'.repeat(32),
  content: 'ef'.repeat(32),
  size: 1234,
  file: `pool/main/x/${name}_1.0-2+deb12u1_amd64.deb`,
  depends: [['libc6'], ['a', 'b']],
});
const lock: Lock = {
  arch: 'x86_64',
  release: 'bookworm',
  asked: 'cd'.repeat(32),
  packages: [one('a'), one('libc6'), { ...one('z'), depends: [] }],
};

test('what is written is read back, and the order in which packages were opened is not seen', () => {
  expect(parseLock(lockText(lock), 'x.lock')).toEqual(lock);
  expect(lockText({ ...lock, packages: [...lock.packages].reverse() })).toBe(lockText(lock));
  expect(parseLock(lockText({ ...lock, packages: [] }), 'x.lock').packages).toEqual([]);
});

test('a package is a line, so that a change of one is a change of one line', () => {
  const lines = lockText(lock).split('\n');
  expect(lines.filter((line) => line.includes('"sha256"'))).toHaveLength(3);
});

test('what was asked for counts without its order and without the reasons', () => {
  const [a, b] = [
    { name: 'a', reason: 'x' },
    { name: 'b', reason: 'y', package: 'p' },
  ];
  expect(askedDigest([a, b])).toBe(askedDigest([b, { ...a, reason: 'z' }, a]));
  expect(askedDigest([a])).not.toBe(askedDigest([a, b]));
  expect(askedDigest([{ ...a, optional: true }])).not.toBe(askedDigest([a]));
});

test('says how two locks differ', () => {
  expect(lockDifference(lock, lock)).toBeUndefined();
  expect(lockDifference(lock, { ...lock, arch: 'armv7' })).toMatch(/x86_64, not armv7/);
  expect(lockDifference(lock, { ...lock, release: 'host' })).toMatch(/bookworm, not host/);
  expect(lockDifference(lock, { ...lock, asked: '' })).toMatch(/other programs/);
  expect(lockDifference(lock, { ...lock, packages: [one('a')] })).toMatch(/libc6, z/);
});

describe('what is no lock', () => {
  const text = lockText(lock);
  test.each([
    ['cut short', text.slice(0, 200)],
    ['a merge conflict', text.replace('{\n', '{\n<<<<<<< HEAD\n')],
    ['another format', text.replace('"levitate-lock": 1', '"levitate-lock": 9')],
    ['a path that leads away', text.replace('"pool/', '"../pool/')],
    ['a name that is a path', text.replace('"name":"a"', '"name":"../a"')],
    ['a hash that is none', text.replace('"sha256":"', '"sha256":"x')],
    ['a digest of the content that is none', text.replace('"content":"', '"content":"x')],
    ['a package without a size', text.replace(/"size":\d+,/, '')],
    ['a size that is no number of bytes', text.replace(/"size":\d+/, '"size":4e999')],
    ['no list of packages', '{"levitate-lock":1}'],
    ['nothing', ''],
    ['null', 'null'],
  ])('%s', (_name, spoilt) => {
    expect(() => parseLock(spoilt, 'x.lock')).toThrow(/^x\.lock is no lock: /);
  });
});
