import { expect, test } from 'vitest';
import { readSshLog, sshFailure } from '../../../src/device/openssh-log.js';

test.each([
  ['debug2: Received exit status from master 255', 255],
  ['debug1: Exit status 0', 0],
  ['debug1: Exit status -1', null],
  ['debug2: Control master terminated unexpectedly', undefined],
  ['', undefined],
])('%s', (line, status) => {
  expect(readSshLog(`debug1: before\r\n${line}\r\ndebug1: after\r\n`).status).toBe(status);
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
    'HOST_KEY_CHANGED',
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
  expect(sshFailure('x', messages).code).toBe(code);
});
