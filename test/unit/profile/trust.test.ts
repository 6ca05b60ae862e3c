import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfile } from '../../../src/profile/load.js';
import { storedProfile } from '../../../src/profile/stored.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-trust-'));
const head = 'name: p\narch: armv7\nflash:\n  targets: { a: { mtd: a } }\n';
const profile = (lines: string): string => {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, head + lines);
  return path;
};
execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')]);

it('the keys of flash.trust are read, and go with the archive', async () => {
  const inputs = new Set<string>();
  const found = await loadProfile(profile('  trust: [id.pub]\n'), inputs);
  expect(found.trust).toMatchObject([{ name: 'id.pub', kind: 'ssh' }]);
  expect([...inputs]).toContain(join(folder, 'id.pub'));
  expect(storedProfile(JSON.parse(JSON.stringify(found))).trust).toEqual(found.trust);
});

it('without keys there is no trust', async () => {
  expect((await loadProfile(profile(''))).trust).toBeUndefined();
});

it.each([
  ['nowhere.pub', /is not there/],
  ['id', /a secret key, which must never leave its machine/],
  ['p.yaml', /no public key of minisign/],
])('a key file that is none is refused with its place: %s', async (name, reason) => {
  await expect(loadProfile(profile(`  trust: [${name}]\n`))).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    message: expect.stringMatching(reason) as string,
    data: { errors: [{ path: 'flash.trust[0]' }] },
  });
});

it('an empty list is refused, because it would trust nobody or everybody', async () => {
  await expect(loadProfile(profile('  trust: []\n'))).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
  });
});
