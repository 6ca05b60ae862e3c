import { expect, it } from 'vitest';
import { hostName, sshCommand, sshWords } from '../../../src/shared/ssh-host.js';

it.each([
  ['host', ['host']],
  ['root@host', ['root@host']],
  ['root@host:2222', ['-p', '2222', 'root@host']],
  ['host:2222', ['-p', '2222', 'host']],
  ['ssh://root@host:2222', ['ssh://root@host:2222']],
  ['192.168.1.1:22', ['-p', '22', '192.168.1.1']],
  ['fe80::1%eth0', ['fe80::1%eth0']],
  ['root@fe80::1:2222', ['root@fe80::1:2222']],
  ['[fe80::1%eth0]', ['fe80::1%eth0']],
  ['root@[fe80::1%eth0]:2222', ['-p', '2222', 'root@fe80::1%eth0']],
  ['ssh://root@[fe80::1%25eth0]:2222', ['-p', '2222', 'root@fe80::1%eth0']],
  ['ssh://[2001:db8::1]', ['2001:db8::1']],
  ['-oProxyCommand=x:1', ['-p', '1', '-oProxyCommand=x']],
  ['pi.local', ['pi.local']],
  ['a@b@host', ['a@b@host']],
  ['host:port', ['host:port']],
])('%s', (host, words) => {
  expect(sshWords(host)).toEqual([...words.slice(0, -1), '--', words.at(-1)]);
});

it('gives a command that can be typed', () => {
  expect(sshCommand('root@[fe80::1%eth0]:22')).toBe('ssh -p 22 root@fe80::1%eth0');
  expect(sshCommand("a'b")).toBe(`ssh 'a'\\''b'`);
});

it.each([
  ['root@host:2222', 'host'],
  ['ssh://root@host', 'host'],
  ['ssh://host:22', 'host'],
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ['a@b@host', 'host'],
])('%s: the name is %s', (host, name) => {
  expect(hostName(host)).toBe(name);
});
