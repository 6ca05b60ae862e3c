import { expect, test } from 'vitest';
import { adviceOnLogin, noKeys, readOfferedKeys } from '../../../src/ssh/refused-login.js';

test('the keys that the client offered, and those that were taken, are read out of its log', () => {
  const log = [
    'debug1: Will attempt key: /root/.ssh/id_rsa ',
    'debug1: Offering public key: /home/joe x/id ED25519 SHA256:abc explicit agent',
    'debug1: Offering public key: joe@laptop RSA SHA256:def agent',
    'debug1: Server accepts key: joe@laptop RSA SHA256:def agent',
    '',
  ].join('\r\n');
  expect(readOfferedKeys(log)).toEqual({
    offered: ['/home/joe x/id', 'joe@laptop'],
    accepted: ['joe@laptop'],
  });
  expect(readOfferedKeys('')).toEqual(noKeys);
});

test.each([
  ['joe@box: Permission denied (publickey).', [], 'joe@box takes keys alone, and there is none'],
  [
    'joe@box: Permission denied (publickey).',
    ['id'],
    'joe@box takes keys alone, and not yours (id)',
  ],
  ['Permission denied (publickey).', [], 'box takes keys alone'],
  ['Permission denied (publickey,gssapi-with-mic).', [], 'box takes keys alone'],
  ['Permission denied (publickey,password).', ['id'], 'it has to take your password'],
  ['Permission denied (publickey,keyboard-interactive).', [], 'it has to take your password'],
  ['Permission denied, please try again.', [], 'it has to take your password'],
  ['Received disconnect from x: Too many authentication failures', ['id'], 'IdentitiesOnly yes'],
])('%s with the keys %j', (messages, offered, advice) => {
  expect(adviceOnLogin('box', messages, { offered, accepted: [] }, true)).toContain(advice);
});

test('a key that the server takes and the client cannot use', () => {
  const keys = { offered: ['a b'], accepted: ['a b'] };
  const advice = adviceOnLogin('box', 'joe@box: Permission denied (publickey).', keys, true);
  expect(advice).toMatch(/^joe@box takes the key a b, .*ssh-add 'a b'\.$/);
});

test.each(['publickey,password', 'keyboard-interactive'])(
  'where %s would do and nobody can be asked, a terminal and a key are named',
  (methods) => {
    const messages = `joe@box: Permission denied (${methods}).`;
    expect(adviceOnLogin('box', messages, noKeys, false)).toMatch(
      /^On a terminal.*asks for the password\. A script uses a key.*`levitate help log-in`\.$/,
    );
  },
);

test('who is refused by a server that takes keys alone is told nothing of a terminal', () => {
  const messages = 'joe@box: Permission denied (publickey).';
  expect(adviceOnLogin('box', messages, noKeys, false)).toContain('takes keys alone');
});
