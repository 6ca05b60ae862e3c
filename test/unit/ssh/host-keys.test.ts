import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { generateKeyPair } from '../../../src/ssh/key-pair.js';
import { fingerprint, parseHostKey, parseHostKeys } from '../../../src/ssh/host-keys.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function made(type: string): { line: string; shown: string } {
  const file = join(folder, type);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', file]);
  const shown = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' });
  return { line: readFileSync(`${file}.pub`, 'utf8'), shown: shown.split(' ')[1] ?? '' };
}

test.each(['ed25519', 'rsa', 'ecdsa'])(
  '%s: type and fingerprint are those that ssh-keygen tells',
  (type) => {
    const { line, shown } = made(type);
    expect(parseHostKey(line)?.type).toBe(line.split(' ')[0]);
    expect(fingerprint(line)).toBe(shown);
    expect(fingerprint(`[10.0.0.1]:22,host ${line}`)).toBe(shown);
    expect(fingerprint(`|1|abc=|def= ${line.split(' ').slice(0, 2).join(' ')}`)).toBe(shown);
  },
);

test('what is no key, or none to trust', async () => {
  const { publicKey } = await generateKeyPair('x');
  const [type, base64 = ''] = publicKey.split(' ');
  for (const line of [
    '',
    '# a comment',
    type ?? '',
    `${type} not-base64`,
    `ssh-rsa ${base64}`,
    `@revoked * ${publicKey}`,
    `@cert-authority * ${publicKey}`,
  ])
    expect(parseHostKey(line), line).toBe(undefined);
  expect(fingerprint('nothing')).toBe(undefined);
  expect(parseHostKeys(`# two\n\nhost ${publicKey}\n${publicKey}\n`)).toHaveLength(2);
});

test('ssh-keygen reads every key that is made here, and finds the same public key', async () => {
  for (let round = 0; round < 3; round++) {
    const { privateKey, publicKey } = await generateKeyPair(`round-${'x'.repeat(round)}`);
    const file = join(folder, `entry-${round}`);
    writeFileSync(file, privateKey, { mode: 0o600 });
    expect(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()).toBe(
      publicKey,
    );
  }
});

test('both halves of a key are those that ssh-keygen writes, and nothing of it stays behind', async () => {
  const parent = join(folder, 'temporary');
  mkdirSync(parent);
  vi.stubEnv('TMPDIR', parent);
  try {
    const { privateKey, publicKey } = await generateKeyPair('two words');
    expect(privateKey).toMatch(
      /^-----BEGIN OPENSSH PRIVATE KEY-----\n[^]+-----END OPENSSH PRIVATE KEY-----\n$/,
    );
    expect(publicKey).toMatch(/^ssh-ed25519 \S+ two words$/);
    expect(readdirSync(parent)).toEqual([]);
    vi.stubEnv('PATH', parent);
    await expect(generateKeyPair('x')).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      hint: expect.stringContaining('apk add openssh-keygen') as string,
    });
    expect(readdirSync(parent)).toEqual([]);
    vi.stubEnv('TMPDIR', join(parent, 'missing'));
    await expect(generateKeyPair('x')).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a key that ssh-keygen cannot make says why, and nothing of it stays behind', async () => {
  const parent = join(folder, 'failing');
  mkdirSync(parent);
  writeFileSync(
    join(parent, 'ssh-keygen'),
    '#!/bin/sh\necho no room >&2\necho key >"${0%/*}/left"\nexit 1\n',
    {
      mode: 0o755,
    },
  );
  vi.stubEnv('PATH', `${parent}:${process.env.PATH ?? ''}`);
  try {
    await expect(generateKeyPair('x')).rejects.toMatchObject({
      code: 'FOLDER_UNUSABLE',
      message: expect.stringContaining('no room') as string,
    });
  } finally {
    vi.unstubAllEnvs();
  }
});
