/** Logins that a real sshd refuses: what helps is said, as what the person has and the server takes want it. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectRunning } from '../../src/device/connect.js';
import { sshConfig, type Change } from './clients.js';
import { startServer, type Server } from './servers.js';

const started: Server[] = [];
afterEach(() => Promise.all(started.splice(0).map((one) => one.stop())));

async function refusing(lines: string[] = []): Promise<Server> {
  const server = await startServer('sshd', lines);
  started.push(server);
  return server;
}

/** A key that no server knows. */
function strangeKey({ folder }: Server): string {
  const file = join(folder, 'strange');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return file;
}

/** What is said where the login is refused; with further lines of the ssh configuration. */
const hintOf = (server: Server, change: Change = {}, lines: string[] = [], host = 'device') => {
  const sshConfigFile = sshConfig(server, change);
  appendFileSync(sshConfigFile, lines.map((line) => `${line}\n`).join(''));
  const known = started.flatMap(({ port, hostKeys }) =>
    hostKeys.map((key) => `[127.0.0.1]:${port} ${key}\n`),
  );
  writeFileSync(sshConfigFile.replace(/config$/, 'known'), known.join(''));
  return connectRunning({ host, sshConfig: sshConfigFile }).then(
    () => 'let in',
    (error: { code: string; hint: string }) => `${error.code}: ${error.hint}`,
  );
};

test('a server that takes keys alone, from a person who has none', async () => {
  const server = await refusing();
  const hint = await hintOf(server, { keyFile: join(server.folder, 'none') });
  expect(hint).toMatch(
    /^AUTH_FAILED: \S+@127\.0\.0\.1 takes keys alone, and there is none here\..*ssh-add.*IdentityFile.*`ssh-keygen` makes one.*authorized_keys/,
  );
});

test('the same, from a person whose key it does not know', async () => {
  const server = await refusing();
  const keyFile = strangeKey(server);
  expect(await hintOf(server, { keyFile })).toContain(
    `takes keys alone, and not yours (${keyFile})`,
  );
});

test('a key that it knows, and that has a passphrase which nobody is there to type', async () => {
  const server = await refusing();
  const { keyFile } = server;
  execFileSync('ssh-keygen', ['-q', '-p', '-N', 'secret', '-f', keyFile]);
  expect(await hintOf(server)).toMatch(`takes the key ${keyFile}, which ssh could not use`);
});

test('a server that takes a password as well, which nobody can be asked for', async () => {
  const server = await refusing(['PasswordAuthentication yes']);
  const hint = await hintOf(server, { keyFile: strangeKey(server) });
  expect(hint).toMatch(/^AUTH_FAILED: On a terminal.*asks for the password\. A script uses a key/);
});

test('a server that hangs up after the first of many keys', async () => {
  const server = await refusing(['MaxAuthTries 1']);
  const keyFile = strangeKey(server);
  const hint = await hintOf(server, { keyFile }, [`  IdentityFile ${server.keyFile}`]);
  expect(hint).toMatch(/^AUTH_FAILED: .*IdentityFile and IdentitiesOnly yes/);
});

test('a jump host is the one that is named, where it is that which refuses', async () => {
  const [server, jump] = [await refusing(), await refusing()];
  const keyFile = strangeKey(jump);
  const way = [
    `Host behind\n  HostName 127.0.0.1\n  Port ${server.port}\n  ProxyJump joe@hop`,
    `Host hop\n  HostName 127.0.0.1\n  Port ${jump.port}`,
  ];
  const hint = await hintOf(server, { keyFile }, way, 'behind');
  expect(hint).toContain(`joe@127.0.0.1 takes keys alone, and not yours (${keyFile})`);
});
