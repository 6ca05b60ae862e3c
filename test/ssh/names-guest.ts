/** Runs in a network and a mount namespace of its own: a link-local address between two ends of a wire, and names that lead there. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectMaintenance, connectRunning } from '../../src/device/connect.js';
import { sessionOf, sshConfig } from './clients.js';
import { startServer } from './servers.js';

const shell = (script: string): void => void execFileSync('sh', ['-ec', script]);
shell(`
  ip link set lo up
  ip link add here type veth peer name there
  for end in here there; do ip link set $end addrgenmode none; ip link set $end up; done
  ip address add fe80::1/64 dev here nodad
  ip address add fe80::2/64 dev there nodad
  ip address add fd00::2/64 dev there nodad`);

// The namespace is this program's own, and so are its ports.
const port = 2222;
const server = await startServer(
  'sshd',
  [`ListenAddress [fe80::2%there]:${port}`, `ListenAddress [fd00::2]:${port}`],
  port,
);
// What answers for a name of mDNS answers no more when the device is on its way.
const hosts = join(server.folder, 'hosts');
writeFileSync(hosts, '');
shell(`mount --bind ${hosts} /etc/hosts`);
const known = server.hostKeys.map((key) => `* ${key}\n`).join('');
const config = (lines: string[]): string => {
  const path = sshConfig(server);
  writeFileSync(path.replace(/config$/, 'known'), known);
  const own = readFileSync(path, 'utf8').replace(/^Host device[^]*/m, '');
  writeFileSync(path, `${own}${lines.join('\n')}\n`);
  return path;
};
const jump = `Host jump\n  HostName 127.0.0.1\n  Port ${port}`;
const names: [string, string[]][] = [
  [`[fe80::2%here]:${port}`, []],
  [`ssh://root@[fe80::2%25here]:${port}`, []],
  [`fe80::2%here`, [`Port ${port}`]],
  ['router.local', [`Host router.local\n  HostName fe80::2%%here\n  Port ${port}`]],
  [`pi.local:${port}`, []],
  [`127.0.0.1:${port}`, []],
  [`far`, [`Host far\n  HostName fe80::2%%here\n  Port ${port}\n  ProxyJump jump\n${jump}`]],
  [
    'over',
    [`Host over\n  HostName 127.0.0.1\n  Port ${port}\n  ProxyJump [fe80::2%%here]:${port}`],
  ],
  [
    'either',
    [
      `Match originalhost either exec "test -e /proc/self"\n  HostName fe80::2%%here\n  Port ${port}\nMatch originalhost either exec "exit 1"\n  HostName nowhere.invalid`,
    ],
  ],
];
const results: Record<string, unknown> = {};
for (const [host, lines] of names) {
  const sshConfig = config(lines);
  const one = async () => {
    writeFileSync(hosts, 'fd00::2 pi.local\n');
    await using running = await connectRunning({ host, sshConfig });
    const from = (await running.exec('echo $SSH_CONNECTION')).stdout.split(' ')[0];
    const session = await sessionOf(server, { host, sshConfig }, running);
    writeFileSync(hosts, '');
    await using maintenance = await connectMaintenance(session);
    const again = (await maintenance.exec('echo $SSH_CONNECTION')).stdout.split(' ')[0];
    const { hostname, address, proxied } = session;
    return { from, again, hostname, address, proxied, right: session.port === port };
  };
  results[host.replace(String(port), 'PORT')] = await one().catch((error: unknown) =>
    String(error),
  );
}
await server.stop();
process.stdout.write(JSON.stringify(results));
