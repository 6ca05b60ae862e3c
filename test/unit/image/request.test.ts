import { expect, test } from 'vitest';
import { asRequest, imageRequest } from '../../../src/image/request.js';

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
