import { expect, test } from 'vitest';
import { readSshLog, sshFailure } from '../../../src/ssh/openssh-log.js';

test.each([
  ['debug2: Received exit status from master 255', 255],
  ['debug1: Exit status 0', 0],
  ['debug1: Exit status -1', null],
  ['debug2: Control master terminated unexpectedly', undefined],
  ['', undefined],
])('%s', (line, status) => {
  expect(readSshLog(`debug1: before\r\n${line}\r\ndebug1: after\r\n`).status).toBe(status);
});

test('the address that the connection was made to', () => {
  const log = (...lines: string[]) =>
    readSshLog(lines.map((line) => `debug1: ${line}\r\n`).join(''));
  const v6 = 'Connecting to pi.local [fe80::1%eth0] port 22.';
  const v4 = 'Connecting to pi.local [192.168.1.5] port 22.';
  const made = 'Connection established.';
  expect(log(v6, made).address).toBe('fe80::1%eth0');
  expect(log(v6, 'connect to address fe80::1%eth0 port 22: No route', v4, made).address).toBe(
    '192.168.1.5',
  );
  expect(log(v6, v4).address).toBe(undefined);
  expect(log('Executing proxy command: exec nc pi.local 22').address).toBe(undefined);
});

test('whose connection took the command', () => {
  const alive = 'debug3: mux_client_request_alive: done pid = 3027';
  const begun = 'debug1: mux_client_request_session: master session id: 2';
  expect(readSshLog(`${alive}\r\n${begun}\r\n`).begunBy).toBe(3027);
  expect(readSshLog(`${alive}\r\n`).begunBy).toBe(undefined);
});

test.each([
  ['host key type', 'ssh-rsa', 'HostKeyAlgorithms +ssh-rsa'],
  ['host key type', 'ssh-rsa,ssh-dss', 'HostKeyAlgorithms +ssh-rsa'],
  [
    'key exchange method',
    'diffie-hellman-group1-sha1,kex-strict-s-v00@openssh.com,ext-info-s',
    'KexAlgorithms +diffie-hellman-group1-sha1',
  ],
  ['cipher', 'aes128-cbc,3des-cbc', 'Ciphers +aes128-cbc,3des-cbc'],
  ['MAC', 'hmac-md5', 'MACs +hmac-md5'],
])('old algorithms: %s %s', (kind, offer, line) => {
  const known = new Set([
    'ssh-rsa',
    'diffie-hellman-group1-sha1',
    'aes128-cbc',
    '3des-cbc',
    'hmac-md5',
  ]);
  const said = `Unable to negotiate with 10.0.0.1 port 22: no matching ${kind} found. Their offer: ${offer}`;
  const failure = sshFailure('root@box', said, undefined, known);
  expect(failure.code).toBe('SSH_ALGORITHMS');
  expect(failure.hint).toContain(`Host box\n  ${line}`);
  expect(sshFailure('box', said, undefined, new Set()).hint).toContain('knows none of');
});

test('a key that only an old signature could prove', () => {
  const { messages } = readSshLog(
    'debug1: send_pubkey_test: no mutual signature algorithm\r\nroot@box: Permission denied (publickey).\r\n',
  );
  expect(sshFailure('box', messages)).toMatchObject({
    code: 'AUTH_FAILED',
    hint: expect.stringContaining('PubkeyAcceptedAlgorithms +ssh-rsa') as string,
  });
});

test('messages for people are told from debug lines', () => {
  expect(readSshLog('debug1: x\r\nssh: no way\r\n\r\ndebug2: y\r\n').messages).toBe('ssh: no way');
});

test.each([
  [
    'HOST_KEY_CHANGED',
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
  ],
  [
    'HOST_KEY_UNKNOWN',
    'No ED25519 host key is known for x and you have requested strict checking.',
  ],
  ['AUTH_FAILED', 'root@x: Permission denied (publickey,password).'],
  ['AUTH_FAILED', 'Received disconnect from x port 22:2: Too many authentication failures'],
  ['HOST_UNREACHABLE', 'ssh: connect to host x port 22: Permission denied'],
  ['HOST_UNREACHABLE', 'ssh: connect to host x port 22: No route to host'],
  ['HOST_UNREACHABLE', 'ssh: Could not resolve hostname x: Name or service not known'],
  ['HOST_UNREACHABLE', 'Connection timed out during banner exchange'],
  ['USAGE', '/c: line 3: Bad configuration option: nonsense'],
  ['HOST_UNREACHABLE', ''],
])('%s: %s', (code, messages) => {
  const failure = sshFailure('x', messages);
  expect(failure.code).toBe(code);
  expect(failure.data?.['unresolved']).toBe(messages.includes('resolve') ? true : undefined);
});

test.each([
  [
    'Permission denied, please try again.\npi@x: Permission denied (publickey,password).',
    'x does not let us in: pi@x: Permission denied (publickey,password)',
  ],
  [
    'Permission denied, please try again.',
    'x does not let us in: Permission denied, please try again',
  ],
  [
    'ssh: connect to host x port 22: No route',
    'cannot connect to x: ssh: connect to host x port 22: No route',
  ],
  ['', 'cannot connect to x'],
])('the words that tell most stand in a message, without their stop: %s', (messages, message) => {
  expect(sshFailure('x', messages).message).toBe(message);
});

test('a password that nobody could be asked for is what is missing', () => {
  const messages = 'pi@x: Permission denied (publickey,password).';
  expect(sshFailure('x', messages, undefined, undefined, false)).toMatchObject({
    code: 'AUTH_FAILED',
    message:
      'x does not let us in without a password, and nobody can be asked for it here: pi@x: Permission denied (publickey,password)',
    data: { unasked: true },
  });
  const keysAlone = sshFailure(
    'x',
    'pi@x: Permission denied (publickey).',
    undefined,
    undefined,
    false,
  );
  expect(keysAlone.message).toMatch(/^x does not let us in: /);
  expect(keysAlone.data).not.toHaveProperty('unasked');
});

test.each([
  ['password', true],
  ['keyboard-interactive', true],
  ['publickey', false],
])('whether somebody typed for a login by %s', (method, byTyping) => {
  const log = `Authenticated to x ([192.0.2.1]:22) using "${method}".\r\n`;
  expect(readSshLog(log).byTyping).toBe(byTyping);
});
