import { expect, it } from 'vitest';
import { listsFailed } from '../../../../src/sources/debian/records.js';

it.each([
  "E: The repository 'http://mirror.example/debian buster Release' does not have a Release file.",
  "E: The repository 'http://mirror.example/debian buster Release' no longer has a Release file.",
  'E: Failed to fetch http://mirror.example/dists/buster/InRelease  404  Not Found',
  'E: Release file for http://mirror.example/dists/buster/InRelease is expired (invalid since 1d). Updates for this repository will not be applied.',
])('a release that has left the mirrors is named as such: %s', (complaint) => {
  expect(listsFailed(complaint)).toMatchObject({
    code: 'SOURCE_FAILED',
    hint: expect.stringMatching(/archive/) as string,
  });
});

it('and nothing else is', () => {
  const { hint } = listsFailed(
    "E: Failed to fetch x: Temporary failure resolving 'mirror.example'",
  );
  expect(hint).toMatch(/Check the network/);
});
