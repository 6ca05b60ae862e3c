import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { generateKeyPair } from '../../../src/ssh/key-pair.js';
import {
  fingerprint,
  parseHostKey,
  parseHostKeys,
  sameHostKey,
} from '../../../src/ssh/host-keys.js';

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
    expect(sameHostKey(line, `|1|abc=|def= ${line.split(' ').slice(0, 2).join(' ')}`)).toBe(true);
  },
);

test('what is no key, or none to trust', () => {
  const { publicKey } = generateKeyPair('x');
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
  expect(sameHostKey('nothing', 'nothing')).toBe(false);
  expect(sameHostKey(publicKey, generateKeyPair('x').publicKey)).toBe(false);
  expect(parseHostKeys(`# two\n\nhost ${publicKey}\n${publicKey}\n`)).toHaveLength(2);
});

test('ssh-keygen reads every key that is made here, and finds the same public key', () => {
  for (let round = 0; round < 20; round++) {
    const { privateKey, publicKey } = generateKeyPair(`round-${'x'.repeat(round)}`);
    const file = join(folder, `entry-${round}`);
    writeFileSync(file, privateKey, { mode: 0o600 });
    expect(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()).toBe(
      publicKey,
    );
  }
});
