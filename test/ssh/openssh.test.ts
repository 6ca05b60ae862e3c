import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectMaintenance } from '../../src/device/connect.js';
import type { LevitateError } from '../../src/errors.js';
import { connectOpenSsh, resolveSshConfig } from '../../src/ssh/openssh.js';
import { blackHole } from './black-hole.js';
import { sessionOf, sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

let jump: Server;
let device: Server;
let config: string;

beforeAll(async () => {
  [jump, device] = await Promise.all([startServer('sshd'), startServer('dropbear')]);
  config = sshConfig(device, { hostKeys: [] });
  const known = (server: Server): string =>
    server.hostKeys.map((key) => `[127.0.0.1]:${server.port} ${key}\n`).join('');
  appendFileSync(config.replace(/config$/, 'known'), known(jump) + known(device));
  appendFileSync(
    config,
    `Host hop
  HostName 127.0.0.1
  Port ${jump.port}
  HostKeyAlias [127.0.0.1]:${jump.port}
Host behind
  HostName 127.0.0.1
  Port ${device.port}
  ProxyJump hop
Host far
  HostName 127.0.0.1
  Port ${device.port}
  ProxyJump hop,hop
Host nested
  HostName 127.0.0.1
  Port ${device.port}
  ProxyJump behind-hop
Host behind-hop
  HostName 127.0.0.1
  Port ${jump.port}
  HostKeyAlias [127.0.0.1]:${jump.port}
  ProxyJump hop
Host command
  HostName 127.0.0.1
  Port ${device.port}
  ProxyCommand ssh -F ${config} -W %h:%p hop
Host broken
  HostName 127.0.0.1
  Port ${device.port}
  ProxyCommand echo no way >&2; exit 1
`,
  );
  // One key for both servers, as a person has.
  appendFileSync(`${jump.folder}/home/.ssh/authorized_keys`, `\n${publicKeyOf(device)}`);
});
afterAll(() => Promise.all([jump.stop(), device.stop()]));

const publicKeyOf = (server: Server): string => readFileSync(`${server.keyFile}.pub`, 'utf8');

test('the configuration tells where a host is, and over what', async () => {
  expect(await resolveSshConfig('behind', config)).toMatchObject({
    hostname: '127.0.0.1',
    port: device.port,
    user: device.user,
    proxyJump: 'hop',
    identityFiles: [device.keyFile],
  });
  expect(await resolveSshConfig('device', config)).not.toHaveProperty('proxyJump');
  await expect(resolveSshConfig('x', '/nonexistent/config')).rejects.toThrow(
    expect.objectContaining({ code: 'USAGE' }) as Error,
  );
  await expect(resolveSshConfig('-oProxyCommand=true', config)).rejects.toThrow(
    expect.objectContaining({ code: 'USAGE' }) as Error,
  );
});

test.each(['behind', 'far', 'nested', 'command'])(
  '%s: the running system and maintenance are reached over the jump host',
  async (host) => {
    const direct = await connectOpenSsh(host, { configFile: config });
    expect((await direct.exec('echo there')).stdout).toBe('there\n');
    await direct.close();

    const session = await sessionOf(device, { host, sshConfig: config });
    expect(session).toMatchObject({ proxied: true });
    await using over = await connectMaintenance(session);
    expect((await over.exec('wc -c', { stdin: new Uint8Array(3_000_000) })).stdout.trim()).toBe(
      '3000000',
    );
  },
);

test('without a jump host the way is plain, and a broken way is told', async () => {
  expect(await sessionOf(device, { host: 'device', sshConfig: config })).toMatchObject({
    proxied: false,
  });
  const session = await sessionOf(device, { host: 'broken', sshConfig: config });
  await expect(connectMaintenance(session)).rejects.toThrow(
    expect.objectContaining({ code: 'HOST_UNREACHABLE' }) as Error,
  );
  await expect(connectOpenSsh('broken', { configFile: config })).rejects.toThrow(
    expect.objectContaining({ code: 'HOST_UNREACHABLE' }) as Error,
  );
});

test('an unknown host is not a changed one', async () => {
  const unknown = sshConfig(device, { hostKeys: [] });
  await expect(connectOpenSsh('device', { configFile: unknown })).rejects.toThrow(
    expect.objectContaining({
      code: 'HOST_KEY_UNKNOWN',
      message: expect.stringContaining('not known') as string,
      hint: expect.stringContaining('fingerprint') as string,
    }) as Error,
  );
  await expect(
    connectOpenSsh('device', { configFile: sshConfig(device, { hostKeys: jump.hostKeys }) }),
  ).rejects.toThrow(
    expect.objectContaining({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining('not the one that is known') as string,
    }) as Error,
  );
});

test.each([
  ['HostKeyAlgorithms ssh-rsa'],
  ['KexAlgorithms diffie-hellman-group1-sha1'],
  ['Ciphers aes128-cbc'],
  ['Ciphers aes128-ctr', 'MACs hmac-md5'],
])('a server with old algorithms, %s %s: the lines of the hint allow them', async (...lines) => {
  const old = await startServer('sshd', lines);
  const configFile = sshConfig(old);
  const refusal = await connectOpenSsh('device', { configFile }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'SSH_ALGORITHMS',
    message: expect.stringContaining('Their offer') as string,
  });
  const { hint = '' } = refusal as LevitateError;
  appendFileSync(configFile, hint.slice(hint.indexOf('Host device')));
  const transport = await connectOpenSsh('device', { configFile });
  expect((await transport.exec('echo in')).stdout).toBe('in\n');
  await transport.close();
  // The connection of maintenance is told from a server that is silent, too.
  await expect(
    connectMaintenance(await sessionOf(old, { host: 'device', sshConfig: configFile })),
  ).rejects.toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^(SSH_ALGORITHMS|HOST_KEY_CHANGED)$/) as string,
    }) as Error,
  );
  await old.stop();
});

test('a name that does not exist, and a configuration with a mistake', async () => {
  await expect(connectOpenSsh('no.such.host.invalid', { configFile: config })).rejects.toThrow(
    expect.objectContaining({ code: 'HOST_UNREACHABLE' }) as Error,
  );
  const mistaken = sshConfig(device);
  appendFileSync(mistaken, 'Nonsense yes\n');
  await expect(connectOpenSsh('device', { configFile: mistaken })).rejects.toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining('onsense') as string,
    }) as Error,
  );
});

test('closing leaves neither socket nor log, and what a person forwards does not get in the way', async () => {
  const crowded = sshConfig(device);
  appendFileSync(
    crowded,
    `  LocalForward ${jump.port} localhost:1\n  ExitOnForwardFailure yes\n  RemoteCommand date\n  RequestTTY force\n`,
  );
  const controlDir = `${jump.folder}`;
  const before = readdirSync(controlDir);
  const transport = await connectOpenSsh('device', { configFile: crowded, controlDir });
  expect(await transport.exec('echo plain')).toEqual({ stdout: 'plain\n', stderr: '', code: 0 });
  await transport.close();
  expect(readdirSync(controlDir)).toEqual(before);
  expect(existsSync(controlDir)).toBe(true);
});

test('no folder is left behind where the questions of ssh cannot be answered', async () => {
  const [{ execPath, env }, folder] = [process, mkdtempSync('/tmp/lev-')];
  const { TMPDIR: before } = env;
  env['TMPDIR'] = folder;
  // Without an interpreter there is no program that carries the questions.
  process.execPath = undefined as unknown as string;
  try {
    const ask = () => Promise.resolve(undefined);
    const connecting = connectOpenSsh('device', { configFile: config, interactive: true, ask });
    await expect(connecting).rejects.toThrow(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    process.execPath = execPath;
    if (before === undefined) delete env['TMPDIR'];
    else env['TMPDIR'] = before;
    rmSync(folder, { recursive: true });
  }
});

test('a command that could not begin is no killed one', async () => {
  // The one session that this server grants is taken, and another connection finds nobody.
  const narrow = await startServer('sshd', ['MaxSessions 1']);
  const hole = await blackHole(narrow.port);
  const configFile = sshConfig(narrow, { port: hole.port });
  const transport = await connectOpenSsh('device', { configFile });
  hole.refuse();
  let second: Promise<unknown> | undefined;
  const first = transport.exec('echo go; sleep 1; echo done', {
    onLine: () => {
      second ??= transport.exec('echo lost').catch((error: unknown) => error);
    },
  });
  expect(await first).toMatchObject({ code: 0 });
  expect(await second).toMatchObject({ name: 'LevitateError' });
  await transport.close();
  hole.close();
  await narrow.stop();
});

test('a connection that was ended behind our back is made again', async () => {
  const transport = await connectOpenSsh('device', { configFile: config });
  await transport.exec('kill -9 $PPID').catch(() => undefined);
  expect((await transport.exec('echo again; exit 255')).code).toBe(255);
  expect((await transport.exec('kill -9 $$')).code).toBe(null);
  await transport.close();
});
