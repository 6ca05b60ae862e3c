/** Logins that a real sshd lets in and that run no commands, or others: they are named, with what they say. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gatherFacts } from '../../src/device/gather-facts.js';
import { connectRoot } from '../../src/device/root-login.js';
import type { LevitateError } from '../../src/errors.js';
import { inShell } from '../../src/shared/shell-quote.js';
import { connectOpenSsh } from '../../src/ssh/openssh.js';
import { sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

/** Does something with a server of these settings. */
async function withServer<T>(lines: string[], work: (server: Server) => Promise<T>): Promise<T> {
  const server = await startServer('sshd', lines);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** What comes of asking a device with such a server for its facts. */
const facts = async (server: Server): Promise<{ uid: number }> => {
  const running = await connectRoot({ host: 'device', sshConfig: sshConfig(server) });
  try {
    return await gatherFacts(running);
  } finally {
    await running.close();
  }
};

const refusal = (server: Server): Promise<unknown> =>
  facts(server).catch((error: unknown) => error);

test.each([
  ['ForceCommand internal-sftp', /sftp connections only/, /internal-sftp/],
  ['ForceCommand /usr/sbin/nologin', /it says: This account is .* not available/, /usermod -s/],
  ['ForceCommand /bin/false', /it says nothing \(status 1\)/, /usermod -s/],
  ['ForceCommand exit 255', /it says nothing/, /usermod -s/],
  [
    'ForceCommand echo hi; echo Please login as the user \\"admin\\" rather than root.; exit 142',
    /Please login as the user "admin" rather than root\. \(status 142\)/,
    /HOST is then admin@device/,
  ],
  ['ForceCommand cat', /it says: /, /ForceCommand in sshd_config, command= in/],
  ['MaxSessions 0', /open failed|open refused/, /MaxSessions/],
])('%s', async (line, message, hint) => {
  await withServer([line], async (server) => {
    const error = (await refusal(server)) as LevitateError;
    expect(error).toMatchObject({ code: 'LOGIN_RESTRICTED', exit: 3 });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(error.hint).toContain('ssh device sh -c true');
  });
});

test.runIf(process.getuid?.() === 0)('ChrootDirectory, with no shell inside', async () => {
  const empty = '/run/levitate-empty-chroot';
  mkdirSync(empty, { recursive: true, mode: 0o755 });
  await withServer([`ChrootDirectory ${empty}`], async (server) => {
    const error = (await refusal(server)) as LevitateError;
    expect(error).toMatchObject({ code: 'LOGIN_RESTRICTED' });
    expect(error.message).toMatch(/No such file or directory/);
    expect(error.hint).toMatch(/ChrootDirectory/);
  });
});

test.each([
  'ForceCommand echo motd; echo again >&2; eval "$SSH_ORIGINAL_COMMAND"',
  'ForceCommand exec rbash -c "$SSH_ORIGINAL_COMMAND"',
])('%s: works', async (line) => {
  await withServer([line], async (server) => {
    expect(await facts(server)).toMatchObject({ uid: process.getuid?.() });
    await using running = await connectRoot({ host: 'device', sshConfig: sshConfig(server) });
    const { code } = await running.exec(inShell('cd / && echo x >/dev/null && /bin/true'));
    expect(code).toBe(0);
  });
});

test.each([
  [
    'AllowTcpForwarding no',
    'HOST_UNREACHABLE',
    /administratively prohibited/,
    /AllowTcpForwarding/,
  ],
  ['PubkeyAuthentication no', 'AUTH_FAILED', /Permission denied/, /in the agent/],
])('a jump host with %s has its own words', async (line, code, message, hint) => {
  await withServer([line], async (server) => {
    const configFile = sshConfig(server);
    appendFileSync(configFile, '  HostKeyAlias known\nHost behind\n  ProxyJump jump\n');
    appendFileSync(
      configFile.replace(/config$/, 'known'),
      server.hostKeys.map((key) => `known ${key}\n`).join(''),
    );
    const error = await connectOpenSsh('behind', { configFile }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });
});
