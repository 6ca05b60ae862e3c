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
import { startCommand, type Command } from '../../e2e/command.js';
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

/** A server and a client with a wire between, and a folder for what levitate keeps. */
async function wire(): Promise<{ folder: string; server: Namespace; client: Namespace }> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-rescue-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  vi.stubEnv('XDG_STATE_HOME', folder);
  const [server, client] = await Namespace.pair('10.0.2.2/24');
  onTestFinished(() => server[Symbol.asyncDispose]());
  onTestFinished(() => client[Symbol.asyncDispose]());
  return { folder, server, client };
}

/** Runs a server until the end of the test. */
function served(words: string[], folder: string, server: Namespace): Command {
  const running = startCommand(words, folder, {}, server.enter);
  onTestFinished(async () => {
    running.signal('SIGTERM');
    await running.ended;
  });
  return running;
}

test('dnsmasq names each boot loader its file, and sends the files of the armed device alone', async ({
  skip,
}) => {
  skip(!(await Namespace.isPossible()), 'it needs root, and networks of its own');
  const { folder, server, client } = await wire();
  await arm();
  const serve = ['rescue', 'serve', '--interface', server.card, '--range', '10.0.2.15,10.0.2.15'];
  const running = served(serve, folder, server);
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

test('beside the DHCP server of a network, it tells boot loaders that ask for PXE what to take', async ({
  skip,
}) => {
  skip(!(await Namespace.isPossible()), 'it needs root, and networks of its own');
  const { folder, server, client } = await wire();
  const words = ['rescue', 'serve', '--interface', server.card, '--verbose'];
  const running = served(words, folder, server);
  const said = (text: string) =>
    running.until(
      ({ message }) => message?.startsWith('dnsmasq: ') === true && message.includes(text),
    );
  await said('sockets bound');
  // The options 60, 93, 97 and 175 of a client: PXE of a PC, by iPXE (RFC 4578).
  const options = ['0x5d:0000', '0x61:0001020304050607080910111213141516', '0xaf:0101'];
  const asks = ['-V', 'PXEClient:Arch:00000:UNDI:002001', ...options.flatMap((one) => ['-x', one])];
  // It is offered no address, which is up to the other server.
  const how = ['udhcpc', '-i', client.card, '-n', '-q', '-t', '3', '-T', '1', '-s', '/bin/true'];
  expect((await client.run('busybox', [...how, ...asks])).exitCode).not.toBe(0);
  await said(`PXE(${server.card})`);
  await said('bootfile name: boot.ipxe');
});

test('dnsmasq does not outlive a levitate that is killed', async ({ skip }) => {
  skip(!(await Namespace.isPossible()), 'it needs root, and networks of its own');
  const { folder, server } = await wire();
  const words = ['rescue', 'serve', '--interface', server.card, '--verbose'];
  const running = served(words, folder, server);
  await running.until(({ message }) => message?.includes('sockets bound') === true);
  expect(await server.processes()).not.toEqual([]);
  running.signal('SIGKILL');
  await expect.poll(() => server.processes(), { timeout: 60_000, interval: 200 }).toEqual([]);
});
