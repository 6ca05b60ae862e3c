import { expect, test } from 'vitest';
import { membersOf } from '../../../src/archive/newc.js';

/** A newc header and name (Linux `Documentation/driver-api/early-userspace/buffer-format.rst`), with any sizes claimed. */
function member(name: string, claims: { size?: number; nameSize?: number } = {}): Buffer {
  const { size = 0, nameSize = name.length + 1 } = claims;
  const fields = [1, 0o100644, 0, 0, 1, 0, size, 0, 0, 0, 0, nameSize, 0];
  const header = `070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`;
  const text = Buffer.from(`${header}${name}\0`);
  return Buffer.concat([text, Buffer.alloc(-text.length & 3)]);
}

const trailer = member('TRAILER!!!');

test('an honest archive', () => {
  const members = membersOf(Buffer.concat([member('a'), member('b/c'), trailer]));
  expect(members.map(({ name }) => name)).toEqual(['a', 'b/c']);
});

test.each([
  ['a name size that wraps 32 bits', { nameSize: 0xffffff92 }, /a name of 4294967186 bytes/],
  ['a name size that leads back to the start', { nameSize: 0x7fffff92 }, /a name of/],
  ['a name of no bytes', { nameSize: 0 }, /a name of 0 bytes/],
  ['a name longer than any path', { nameSize: 5000 }, /a name of 5000 bytes/],
  ['a content that wraps 32 bits', { size: 0xfffffffd }, /cut short/],
  ['a content longer than the archive', { size: 1024 }, /cut short/],
])('%s', (_, claims, message) => {
  expect(() => membersOf(Buffer.concat([member('a', claims), trailer]))).toThrow(message);
});

test('more members than a root can have', () => {
  const one = member('a');
  const many = Buffer.alloc(one.length * 200_002);
  for (let at = 0; at < many.length; at += one.length) one.copy(many, at);
  expect(() => membersOf(many)).toThrow(/more than 200000 members/);
});
