import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOpenSsh, openProxySocket, resolveSshConfig } from '../../src/device/openssh.js';
import { connectSsh2 } from '../../src/device/ssh2.js';
import { sshConfig } from './clients.js';
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

test.each(['behind', 'far', 'command'])(
  '%s: both transports go over the jump host',
  async (host) => {
    const direct = await connectOpenSsh(host, { configFile: config });
    expect((await direct.exec('echo there')).stdout).toBe('there\n');
    await direct.close();

    const sock = await openProxySocket(host, '127.0.0.1', device.port, { configFile: config });
    const { user, privateKey, hostKeys, port } = device;
    const over = await connectSsh2({
      ...{ host, port, user, privateKey, hostKeys },
      ...(sock === undefined ? {} : { sock }),
    });
    expect((await over.exec('wc -c', { stdin: new Uint8Array(3_000_000) })).stdout.trim()).toBe(
      '3000000',
    );
    await over.close();
  },
);

test('without a jump host there is no socket, and a broken way is told', async () => {
  expect(await openProxySocket('device', '127.0.0.1', 22, { configFile: config })).toBe(undefined);
  const sock = await openProxySocket('broken', '127.0.0.1', 22, { configFile: config });
  const { user, privateKey, hostKeys, port } = device;
  await expect(
    connectSsh2({ host: 'broken', port, user, privateKey, hostKeys, ...(sock && { sock }) }),
  ).rejects.toThrow(expect.objectContaining({ code: 'HOST_UNREACHABLE' }) as Error);
  await expect(connectOpenSsh('broken', { configFile: config })).rejects.toThrow(
    expect.objectContaining({ code: 'HOST_UNREACHABLE' }) as Error,
  );
});

test('an unknown host is not a changed one', async () => {
  const unknown = sshConfig(device, { hostKeys: [] });
  await expect(connectOpenSsh('device', { configFile: unknown })).rejects.toThrow(
    expect.objectContaining({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining('not known') as string,
      hint: expect.stringContaining('fingerprint') as string,
    }) as Error,
  );
  await expect(
    connectOpenSsh('device', { configFile: sshConfig(device, { hostKeys: jump.hostKeys }) }),
  ).rejects.toThrow(
    expect.objectContaining({
      message: expect.stringContaining('not the one that is known') as string,
    }) as Error,
  );
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

test('a connection that was ended behind our back is made again', async () => {
  const transport = await connectOpenSsh('device', { configFile: config });
  await transport.exec('kill -9 $PPID').catch(() => undefined);
  expect((await transport.exec('echo again; exit 255')).code).toBe(255);
  expect((await transport.exec('kill -9 $$')).code).toBe(null);
  await transport.close();
});
