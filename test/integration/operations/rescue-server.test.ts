/** `levitate rescue serve` on a wire: a real dnsmasq, a DHCP client and a TFTP client. */
import { execa } from 'execa';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { netbootFiles } from '../../../src/boot-image/netboot.js';
import {
  builtFolder,
  makeRescuesFolder,
  noteArmed,
  offerFiles,
} from '../../../src/operations/network-rescue/armed.js';
import { startCommand } from '../../e2e/command.js';
import { Namespace } from '../../lab/namespace.js';

const device = '52-54-00-12-34-56';

/** Arms a device with what a build lays out. */
async function arm(): Promise<void> {
  const about = { name: 'ap', arch: 'aarch64' as const, words: '' };
  const bytes = { archive: Buffer.from('an archive'), kernel: Buffer.from('a kernel') };
  const laidOut = netbootFiles({ ...about, ...bytes, device: { mac: device } });
  await makeRescuesFolder();
  for (const { path, bytes: content } of laidOut) {
    await mkdir(dirname(join(builtFolder(device), path)), { recursive: true });
    await writeFile(join(builtFolder(device), path), content);
  }
  const rescue = { device, profile: 'ap.yaml', files: laidOut.map(({ path }) => path) };
  await noteArmed(rescue);
  await offerFiles(rescue);
}

test('dnsmasq names each boot loader its file, and sends the files of the armed device alone', async ({
  skip,
}) => {
  skip(!(await Namespace.isPossible()), 'it needs root, and networks of its own');
  const folder = await mkdtemp(join(tmpdir(), 'levitate-rescue-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  vi.stubEnv('XDG_STATE_HOME', folder);
  await arm();
  const [server, client] = await Namespace.pair('10.0.2.2/24');
  onTestFinished(() => server[Symbol.asyncDispose]());
  onTestFinished(() => client[Symbol.asyncDispose]());
  const serve = ['rescue', 'serve', '--interface', server.card, '--range', '10.0.2.15,10.0.2.15'];
  const running = startCommand(serve, folder, {}, server.enter);
  onTestFinished(async () => {
    running.signal('SIGTERM');
    await running.ended;
  });

  const script = join(folder, 'lease.sh');
  const told = `#!/bin/sh\n[ "$1" = bound ] || exit 0\necho "$ip $boot_file $siaddr"\n`;
  await writeFile(script, told, { mode: 0o755 });
  const ask = async (words: string[]) => {
    const how = ['udhcpc', '-i', client.card, '-n', '-q', '-t', '30', '-T', '1', '-s', script];
    return (await client.run('busybox', [...how, ...words])).stdout;
  };
  expect(await ask(['-V', 'U-Boot.armv8'])).toContain('10.0.2.15 boot.scr.uimg 10.0.2.2');
  expect(await ask(['-x', '0xaf:0101'])).toContain('10.0.2.15 boot.ipxe 10.0.2.2');
  await client.run('ip', ['address', 'add', '10.0.2.15/24', 'dev', client.card]);
  const fetched = (path: string) => client.run('curl', ['-s', `tftp://10.0.2.2/${path}`]);
  expect(await fetched(`levitate/${device}/kernel`)).toMatchObject({ stdout: 'a kernel' });
  expect((await fetched(`ipxe/${device}.ipxe`)).stdout).toContain(`../levitate/${device}/archive`);
  expect((await fetched('../devices')).exitCode).not.toBe(0);

  const env = { XDG_STATE_HOME: folder };
  const words = ['dist/cli/main.js', 'rescue', 'disarm', '52:54:00:12:34:56'];
  expect((await execa('node', words, { env })).stdout).toContain(`${device} is not armed.`);
  expect((await fetched(`levitate/${device}/kernel`)).exitCode).toBe(68);
  expect((await fetched('boot.ipxe')).stdout).toContain('#!ipxe');

  const second = await startCommand([...serve, '--folder', script], folder, {}, server.enter).ended;
  expect(second).toMatchObject({ exit: 2, last: { code: 'RESCUE_SERVER_FAILED' } });
  expect(second.last.message).toMatch(/dnsmasq has ended: .*lease\.sh.*inaccessible/);
  running.signal('SIGTERM');
  const { exit, last } = await running.ended;
  expect([exit, last['sent']]).toEqual([0, 3]);
});
