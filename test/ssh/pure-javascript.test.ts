import { expect, test } from 'vitest';
import { startServer } from './servers.js';

test('ssh2 works where no native addon can be loaded', async () => {
  const load = process.dlopen;
  process.dlopen = () => {
    throw new Error('no native addons here');
  };
  const server = await startServer('dropbear');
  try {
    const { connectSsh2 } = await import('../../src/ssh/ssh2.js');
    const { user, port, privateKey, hostKeys } = server;
    const device = await connectSsh2({ host: '127.0.0.1', port, user, privateKey, hostKeys });
    const { stdout } = await device.exec('wc -c', { stdin: new Uint8Array(5_000_000) });
    expect(stdout.trim()).toBe('5000000');
    await device.close();
  } finally {
    process.dlopen = load;
    await server.stop();
  }
});
