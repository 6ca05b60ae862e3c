/**
 * The sbc's network, as much of it as one card carries: taken down on the way, and the same in maintenance. The profile is
 * the one that `probe` has written before.
 */
import { expect } from 'vitest';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';
import { enterProbed, probe } from './probe-and-enter.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });

/** A bridge over a bond over the card, a VLAN on it, gateways outside every subnet, and IPv6 beside what a router tells. */
const up = `
set -e
modprobe bonding max_bonds=0
ip addr flush dev ens3
ip link set ens3 down
ip link add bond0 type bond mode active-backup miimon 150
ip link set ens3 master bond0
ip link set bond0 mtu 1480
ip link add br0 type bridge ageing_time 12300
ip link set bond0 master br0
ip link set br0 address 52:54:00:aa:bb:cc
ip link set bond0 up
ip link set br0 up
ip link add link br0 name br0.7 type vlan id 7
sysctl -q net.ipv6.conf.br0/7.accept_ra=0
ip link set br0.7 up
ip addr add 10.0.2.15/32 dev br0
ip addr add 10.8.0.1/24 dev br0
ip addr add 10.7.0.1/24 dev br0.7
ip addr add fd00:7::1/64 dev br0.7
ip route add 10.0.2.2 dev br0 metric 3
ip route add default via 10.0.2.2 dev br0 metric 50
ip route add 10.99.0.0/16 via 10.66.6.6 dev br0 onlink
ip route add fd99::/64 via fe80::2 dev br0 metric 77
`;

/** What ifdown -a, networkd and others do on their way out, only more thoroughly. */
const down = `
ip link del br0.7
ip link del br0
ip link del bond0
ip addr flush dev ens3
ip link set ens3 down
`;

const unit = `
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh /root/up
ExecStop=/bin/sh /root/down
`;

/** Spared by systemd's killing (its name begins with @), it does its worst when levitate ends it. */
const late = `exec -a @late bash -c 'down() {${down}}; exec 9>/dev/kmsg; trap "down; echo late: all down >&9; exit" TERM; while :; do sleep 1; done'`;

/** Everything that matters of the network, by means that both systems have; first, addresses that are not used yet. */
const look = `
awk '$5 ~ /^[4-7c-f]/ { print "tentative", $1, $6 }' /proc/net/if_inet6
ip -o addr show | awk '{ print $2, $3, $4 }' | sort
sort /proc/net/route | awk '{ print $1, $2, $3, $7, $8 }'
awk '$10 != "lo" && $1 !~ /^ff/ { print $1, $2, $5, $6, $10 }' /proc/net/ipv6_route | sort
for file in address mtu flags bonding/mode bonding/miimon bonding/slaves bridge/ageing_time; do
  grep . /sys/class/net/*/$file
done
ls /sys/class/net/br0/brif
grep -h . /proc/net/vlan/config
for key in accept_ra disable_ipv6; do grep . /proc/sys/net/ipv6/conf/*/$key; done
true`;

test(
  'bridge, bond, VLAN, onlink gateways and IPv6, removed while shutting down and once more after',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    const { probed, profile } = await probe(levitate);
    expect(probed).toMatchObject({
      facts: {
        init: 'systemd',
        initVersion: '252',
        sshServer: 'openssh',
        interfaces: [{ name: 'ens3', dhcp: false, ssh: true }, { name: 'lo' }],
      },
      brought: expect.arrayContaining(['dropbear']) as string[],
    });

    await device.sh('cat >/root/up', { input: up });
    await device.sh('cat >/root/down', { input: down });
    await device.sh('cat >/root/late', { input: late });
    await device.sh('cat >/etc/systemd/system/many.service; systemctl daemon-reload', {
      input: unit,
    });
    await device.sh('systemd-run -q -p KillMode=none -p SendSIGKILL=no bash /root/late');
    // The connection that asks may hang, as its network goes away and comes back.
    await device.ssh('systemctl start many', { timeoutMs: 15_000 });
    await expect
      .poll(async () => (await device.ssh(look, { timeoutMs: 15_000 })).stdout, {
        timeout: minutes(3),
        interval: 2000,
      })
      // The autoconfigured address, and with it the router's route, comes last; each has to be found to be nobody else's.
      .toMatch(/^(?!tentative)[^]*br0 inet6 fec0:[^]*00000000000000000000000000000000 00 fe80/);
    const before = await device.sh(look);

    await enterProbed(levitate, profile);
    await expect.poll(() => device.sh(look), { timeout: minutes(2), interval: 2000 }).toBe(before);
    const log = await device.sh('dmesg');
    expect(log).toContain('levitate: the network is as it was');
    expect(log.split('levitate: maintenance root')[1]).toContain('late: all down');
  },
);
