import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMaintenance, connectRunning } from '../../src/device/connect.js';
import { wayBack } from '../../src/operations/enter/way-back.js';
import type { Profile } from '../../src/profile/profile.js';
import { sessionOf, sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

let server: Server;
beforeAll(async () => {
  server = await startServer('sshd');
});
afterAll(() => server.stop());

/** A configuration that knows the server as `device` as well, over some other way. */
function over(lines: string[]): string {
  const path = sshConfig(server);
  appendFileSync(path, ['Match all', ...lines, ''].join('\n  '));
  return path;
}

const unreachable = expect.objectContaining({ code: 'HOST_UNREACHABLE' }) as Error;

describe('the way that the configuration names is that of maintenance, too', () => {
  test.each([
    [['BindAddress 127.0.0.3'], '127.0.0.3'],
    [['BindInterface lo'], '127.0.0.1'],
    [['AddressFamily inet'], '127.0.0.1'],
    [['ConnectionAttempts 3'], '127.0.0.1'],
    [['ProxyCommand nc -s 127.0.0.4 %h %p'], '127.0.0.4'],
    [['ProxyCommand nc -s 127.0.0.5 -F %h %p', 'ProxyUseFdpass yes'], '127.0.0.5'],
    [['ProxyCommand sh -c "test %r%n%k = USERdevicedevice && exec nc %h %p"'], ''],
    [['HostKeyAlias other', 'ProxyCommand sh -c "test %k = other && exec nc %h %p"'], undefined],
  ] as const)('%j', async (lines, from) => {
    const sshConfig = over(lines.map((line) => line.replace('USER', server.user)));
    const session = await sessionOf(server, { host: 'device', sshConfig });
    expect(session.proxied).toBe(true);
    const seen = async (open: Promise<Awaited<ReturnType<typeof connectRunning>>>) => {
      await using device = await open;
      return (await device.exec('echo $SSH_CONNECTION')).stdout.split(' ')[0];
    };
    if (from !== undefined)
      expect(await seen(connectRunning({ host: 'device', sshConfig }))).toContain(from);
    expect(await seen(connectMaintenance(session))).toContain(from ?? '');
  });

  test('a family of addresses that the server has none of', async () => {
    const sshConfig = over(['AddressFamily inet6', 'HostName localhost']);
    const session = await sessionOf(server, { host: 'device', sshConfig });
    await expect(connectMaintenance(session)).rejects.toThrow(unreachable);
  });

  test('how a person logs in does not count', async () => {
    const sshConfig = over(['BindAddress 127.0.0.3']);
    const session = await sessionOf(server, { host: 'device', sshConfig });
    const other = await startServer('sshd');
    const { privateKey } = other;
    await expect(connectMaintenance({ ...session, privateKey })).rejects.toThrow(
      expect.objectContaining({ code: 'AUTH_FAILED' }) as Error,
    );
    await expect(connectMaintenance({ ...session, hostKeys: other.hostKeys })).rejects.toThrow(
      expect.objectContaining({ code: 'HOST_KEY_CHANGED' }) as Error,
    );
    await other.stop();
  });
});

describe('the address that the running system was reached at', () => {
  test('is remembered, and a name that nobody answers for any more does not matter', async () => {
    const sshConfig = over([]);
    await using running = await connectRunning({ host: 'device', sshConfig });
    expect(running.address).toBe('127.0.0.1');
    const session = {
      ...(await sessionOf(server, { host: 'device', sshConfig }, running)),
      hostname: 'pi.invalid',
    };
    expect(session).toMatchObject({ address: '127.0.0.1', proxied: false });
    await using maintenance = await connectMaintenance(session);
    expect((await maintenance.exec('echo there')).stdout).toBe('there\n');
    await using bound = await connectMaintenance({
      ...session,
      proxied: true,
      sshConfig: over(['BindAddress 127.0.0.3']),
    });
    expect((await bound.exec('echo there')).stdout).toBe('there\n');
  });

  test('where nobody answers there, or another machine, the name is the second way', async () => {
    const session = await sessionOf(server, { host: 'device', sshConfig: over([]) });
    await using moved = await connectMaintenance({ ...session, address: '127.0.0.9' });
    expect((await moved.exec('echo there')).stdout).toBe('there\n');
    await expect(
      connectMaintenance({ ...session, address: '127.0.0.9', hostname: 'pi.invalid' }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'HOST_UNREACHABLE',
        message: expect.stringContaining('127.0.0.9') as string,
      }) as Error,
    );
  });

  test('is none of ours behind a proxy', async () => {
    const sshConfig = over(['ProxyCommand nc %h %p']);
    await using running = await connectRunning({ host: 'device', sshConfig });
    expect(running.address).toBe(undefined);
  });
});

describe('before a device is entered, the way back in is tried', () => {
  const facts = { sshPort: 0 };
  const profile = (port?: number) =>
    ({
      services: { sshd: port === undefined ? {} : { port } },
    }) as unknown as Profile;
  const wayOf = async (lines: string[], port?: number, seen = server.port) => {
    const sshConfig = over(lines);
    const options = { host: 'device', sshConfig };
    return wayBack(
      options,
      { address: '127.0.0.1' },
      { ...facts, sshPort: seen },
      profile(port),
      {},
    );
  };
  const refused = (message: string) =>
    expect.objectContaining({
      code: 'PREFLIGHT_REFUSED',
      message: expect.stringContaining(message) as string,
    }) as Error;

  test('a good one, with nobody logged in', async () => {
    const { address, check } = await wayOf([]);
    expect(address).toMatchObject({ address: '127.0.0.1', port: server.port });
    expect(check).toMatchObject({ verdict: 'ok' });
    expect((await wayOf(['BindAddress 127.0.0.3'])).address.proxied).toBe(true);
  });

  test.each([['ProxyCommand false'], ['AddressFamily inet6'], ['ProxyJump nowhere.invalid']])(
    '%s',
    async (line) => {
      await expect(wayOf([line])).rejects.toThrow(refused('could not be reached'));
    },
  );

  test('a port that the profile names and the way does not lead to', async () => {
    expect((await wayOf([], 22, 22)).address.port).toBe(server.port);
    expect((await wayOf([], 2222)).address.port).toBe(2222);
    await expect(wayOf([], 2222, 22)).rejects.toThrow(refused('is passed on to port 22'));
    const fixed = `ProxyCommand nc %h ${server.port}`;
    await expect(wayOf([fixed], 2222)).rejects.toThrow(refused('leads to one port alone'));
  });
});
