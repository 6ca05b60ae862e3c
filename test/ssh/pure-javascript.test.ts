import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startServer } from './servers.js';

/** A process of its own, since the modules of this one may have loaded an addon. */
const script = `
import { connectSsh2 } from './src/ssh/ssh2.js';
const device = await connectSsh2(JSON.parse(process.env.SERVER));
const { stdout } = await device.exec('wc -c', { stdin: new Uint8Array(5_000_000) });
await device.close();
console.log(stdout.trim());
`;

test('ssh2 works where no native addon can be loaded', async () => {
  const server = await startServer('dropbear');
  try {
    const { user, port, privateKey, hostKeys } = server;
    const { stdout } = await execa(
      process.execPath,
      ['--no-addons', '--import', 'tsx', '--input-type', 'module', '--eval', script],
      {
        cwd: fileURLToPath(new URL('../../', import.meta.url)),
        env: { SERVER: JSON.stringify({ host: '127.0.0.1', port, user, privateKey, hostKeys }) },
      },
    );
    expect(stdout).toBe('5000000');
  } finally {
    await server.stop();
  }
});
