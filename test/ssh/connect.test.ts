import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKeyPair } from '../../src/ssh/key-pair.js';
import { blackHole } from './black-hole.js';
import { connectTo, ways } from './clients.js';
import { freePort } from '../free-port.js';
import { kinds, startServer, type Server } from './servers.js';

const failing = (code: string, message = /./) =>
  expect.objectContaining({
    name: 'LevitateError',
    code,
    message: expect.stringMatching(message) as string,
  }) as Error;

describe.concurrent.each(kinds.flatMap((kind) => ways.map((way) => ({ kind, way }))))(
  '$way to $kind',
  ({ kind, way }) => {
    let server: Server;
    let other: Server;
    beforeAll(async () => {
      [server, other] = await Promise.all([startServer(kind), startServer(kind)]);
    });
    afterAll(() => Promise.all([server.stop(), other.stop()]));

    test('each type of host key is enough', async () => {
      for (const key of server.hostKeys) {
        const device = await connectTo(way, server, { hostKeys: [key] });
        expect((await device.exec('echo yes')).stdout, key).toBe('yes\n');
        await device.close();
      }
    });

    test('another host key is refused', async () => {
      await expect(connectTo(way, server, { hostKeys: other.hostKeys })).rejects.toThrow(
        failing('HOST_KEY_CHANGED'),
      );
    });

    test('another key of the person is refused, and no password is asked for', async () => {
      const change = { privateKey: other.privateKey, keyFile: other.keyFile };
      await expect(connectTo(way, server, change)).rejects.toThrow(failing('AUTH_FAILED'));
    });

    test('nobody listens', async () => {
      await expect(connectTo(way, server, { port: await freePort() })).rejects.toThrow(
        failing('HOST_UNREACHABLE', /refused/i),
      );
    });

    test('somebody listens and says nothing', async () => {
      const hole = await blackHole();
      await expect(
        connectTo(way, server, { port: hole.port, options: ['-o', 'ConnectTimeout=1'] }),
      ).rejects.toThrow(failing('HOST_UNREACHABLE'));
      hole.close();
    });
  },
);

describe('keys made here', () => {
  test.each(kinds)('%s takes them', async (kind) => {
    const server = await startServer(kind);
    try {
      const key = await generateKeyPair('levitate entry');
      const device = await connectTo('ssh2', server);
      const where =
        kind === 'sshd' ? `'${server.folder}/home/.ssh/authorized_keys'` : '~/.ssh/authorized_keys';
      await device.exec(`cat >> ${where}`, { stdin: `${key.publicKey}\n` });
      await device.close();
      expect(readFileSync(`${server.folder}/home/.ssh/authorized_keys`, 'utf8')).toContain(
        'levitate entry',
      );
      const again = await connectTo('ssh2', server, { privateKey: key.privateKey });
      expect((await again.exec('echo in')).stdout).toBe('in\n');
      await again.close();
    } finally {
      await server.stop();
    }
  });
});
