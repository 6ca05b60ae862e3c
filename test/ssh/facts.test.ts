/** Facts over a real login: where its server looks for keys, and that it comes over loopback. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatherFacts } from '../../src/device/gather-facts.js';
import { gatherProbeFacts } from '../../src/device/probe-facts.js';
import type { Transport } from '../../src/ssh/transport.js';
import { connectTo } from './clients.js';
import { kinds, startServer, type Server } from './servers.js';

const isRoot = process.getuid?.() === 0;

describe.each(kinds)('over the connection to a %s', (kind) => {
  let server: Server;
  let device: Transport;
  beforeAll(async () => {
    server = await startServer(kind);
    device = await connectTo('openssh', server);
  });
  afterAll(async () => {
    await device.close();
    await server.stop();
  });

  test('its server tells the files of its keys, as far as root may ask', async () => {
    const { keyFiles } = await gatherFacts(device);
    const home = kind === 'sshd' ? join(server.folder, 'home') : userInfo().homedir;
    const path = join(home, '.ssh/authorized_keys');
    expect(keyFiles).toEqual(isRoot ? [{ path, keys: 1 }] : undefined);
  });

  test('it comes over loopback, by which nobody reaches maintenance', async () => {
    const { way, sshPort } = await gatherFacts(device);
    expect(way.loops).toMatch(/^it comes over loopback \(127\.0\.0\.1\)/);
    expect(sshPort).toBe(server.port);
  });

  test('the probed knows the server', async () => {
    const { probed } = await gatherProbeFacts(device);
    expect(probed.sshServer).toBe(kind === 'sshd' ? 'openssh' : 'dropbear');
  });
});
