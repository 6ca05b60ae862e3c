import { expect, test } from 'vitest';
import { asRequest, imageArgument, imageRequest } from '../../../src/image/request.js';

test.each([
  ['disk.img', { path: 'disk.img' }],
  ['raw:disk.img', { path: 'disk.img', raw: true }],
  ['./raw:disk.img', { path: './raw:disk.img' }],
  ['/srv/a=b:c.img', { path: '/srv/a=b:c.img' }],
  ['raw:raw:x', { path: 'raw:x', raw: true }],
  ['raw:', { path: '', raw: true }],
])('%s', (word, request) => {
  expect(imageRequest(word)).toEqual(request);
  expect(asRequest(word)).toEqual(request);
});

test('a request stays what it is', () => {
  const request = { path: 'raw:x' };
  expect(asRequest(request)).toBe(request);
});

const digest = 'A1'.repeat(32);
test.each([
  [`i#SHA256=${digest}`, "it is '#sha256='", `i#sha256=${digest.toLowerCase()}`],
  [`i#Sha-256=${digest}`, "it is '#sha256='", `i#sha256=${digest.toLowerCase()}`],
  [`raw:i#sha-256=${digest}`, "it is '#sha256='", `raw:i#sha256=${digest.toLowerCase()}`],
  ['i#SHA256=12', "it is '#sha256='", 'i#sha256=HEX'],
  [`i#sha1=${'b'.repeat(40)}`, "'#sha1='", '#sha256='],
  [`i#SHA512=${'b'.repeat(128)}`, "'#SHA512='", '#sha256='],
  [`i#MD5=${'b'.repeat(32)}`, "'#MD5='", '#sha256='],
  ['i#crc32=01234567', "'#crc32='", '#sha256='],
  ['i#sha256=12', 'is not a SHA-256 digest', '64 hexadecimal digits'],
])('%s: the hint says what to write', (word, what, hint) => {
  let error: unknown;
  try {
    imageRequest(word);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(what) as string,
    hint: expect.stringContaining(hint) as string,
  });
});

test.each(['disk.img', 'raw:disk.img', `raw:my disk.img#sha256=${'a'.repeat(64)}`, './raw:x'])(
  'a request is written as it was read: %s',
  (word) => expect(imageArgument(imageRequest(word))).toBe(word),
);
