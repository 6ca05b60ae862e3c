import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LevitateError } from '../../errors.js';
import { resolveSshConfig } from '../../ssh/config.js';

/** How often the kernel is asked, and how long it is waited in between, in milliseconds. */
const [tries, pause] = [20, 200];

/**
 * The MAC address of a host of this network, as the kernel of this machine knows it (arp(7)); nobody logs in.
 * @throws LevitateError HOST_UNREACHABLE where it does not answer, or is behind a router
 */
export async function macOfHost(host: string, sshConfig?: string): Promise<string> {
  const { hostname } = await resolveSshConfig(host, sshConfig);
  const address = await lookup(hostname, 4).then(
    (found) => found.address,
    () => hostname,
  );
  await provoke(address);
  for (let left = tries; left > 0; left -= 1) {
    const found = macIn(await readFile('/proc/net/arp', 'utf8').catch(() => ''), address);
    if (found !== undefined) return found;
    await sleep(pause);
  }
  throw new LevitateError('HOST_UNREACHABLE', `no MAC address is known of ${host} (${address})`, {
    hint: 'Give the MAC address itself, as 52:54:00:12:34:56: it is on a label, in the list of the DHCP server, or in what the boot loader prints.',
  });
}

/** Has the kernel look for a neighbour by sending it a packet that nobody waits for. */
const provoke = (address: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    // The port of the service that throws away what it gets (RFC 863).
    socket.send('', 9, address, () => socket.close(() => resolve()));
    socket.on('error', () => undefined);
  });

/** The MAC address in what /proc/net/arp holds: IP address, HW type, Flags, HW address; 0x2 is a complete entry. Pure. */
export function macIn(table: string, address: string): string | undefined {
  for (const line of table.split('\n').slice(1)) {
    const [ip, , flags, mac] = line.trim().split(/\s+/);
    if (ip === address && (Number(flags) & 2) !== 0) return mac;
  }
  return undefined;
}
