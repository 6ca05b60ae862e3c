import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import {
  networkFiles,
  networkManagerOf,
  readNetwork,
  renamesCards,
} from '../../../../src/operations/migrate/network-files.js';

const cards = [
  { name: 'ens3', address: '52:54:00:12:34:56' },
  { name: 'ens4', address: '52:54:00:12:34:57' },
];
const lines = `mtu ens3 1500
up ens3
addr ens3 10.0.2.15/24
addr ens3 2001:db8::5/64
addr ens3 fe80::5054:ff:fe12:3456/64
route 4 10.0.2.0/24 dev ens3 proto kernel scope link src 10.0.2.15
route 4 default via 10.0.2.2 dev ens3
route 4 192.168.7.0/24 via 10.0.2.9 dev ens3
until-lease ens4 addr ens4 172.16.0.9/16
dhcp ens4 172.16.0.9 mac -
bridge br0
`;
const read = () => readNetwork(lines, cards);

it('the network of the old system is read from what maintenance restores it by', () => {
  expect(read()).toEqual({
    cards: [
      {
        name: 'ens3',
        mac: '52:54:00:12:34:56',
        dhcp: false,
        addresses: ['10.0.2.15/24', '2001:db8::5/64'],
        gateways: ['10.0.2.2'],
        routes: [{ to: '192.168.7.0/24', via: '10.0.2.9' }],
      },
      {
        ...{ name: 'ens4', mac: '52:54:00:12:34:57', dhcp: true },
        addresses: [],
        gateways: [],
        routes: [],
      },
    ],
    notCarried: ['br0 is a bridge, which levitate does not write for another system'],
  });
});

describe('the files of a system tell', () => {
  const names = (...list: string[]) => new Set(list);
  it('what sets up its network', () => {
    expect(networkManagerOf(names('usr/sbin/netplan', 'sbin/ifup'))).toBe('netplan');
    expect(networkManagerOf(names('usr/sbin/ifup', 'usr/lib/systemd/systemd-networkd'))).toBe(
      'ifupdown',
    );
    expect(networkManagerOf(names('usr/lib/systemd/systemd-networkd'))).toBe('systemd-networkd');
    expect(networkManagerOf(names('sbin/init'))).toBeUndefined();
  });
  it('whether its cards have other names than those of the kernel', () => {
    expect(renamesCards(names('usr/lib/systemd/systemd-udevd'))).toBe(true);
    expect(renamesCards(names('sbin/mdev'))).toBe(false);
  });
});

describe('it is written', () => {
  it('for ifupdown by the name that udev gives, or by that of the kernel', () => {
    const files = networkFiles(read().cards, 'ifupdown', true);
    expect(files['etc/network/interfaces']).toContain(
      'auto ens3\niface ens3 inet static\n  address 10.0.2.15/24\n  gateway 10.0.2.2\niface ens3 inet6 static\n  address 2001:db8::5/64\n  up ip route add 192.168.7.0/24 via 10.0.2.9\n',
    );
    expect(files['etc/network/interfaces']).toContain('auto ens4\niface ens4 inet dhcp\n');
    expect(files['etc/systemd/network/01-levitate-ens3.link']).toContain(
      'MACAddress=52:54:00:12:34:56\n\n[Link]\nName=ens3',
    );
    const plain = networkFiles(read().cards.slice(0, 1), 'ifupdown', false);
    expect(Object.keys(plain)).toEqual(['etc/network/interfaces']);
    expect(plain['etc/network/interfaces']).toContain('iface eth0 inet static');
  });

  it('for systemd-networkd', () => {
    const files = networkFiles(read().cards, 'systemd-networkd', true);
    const file = files['etc/systemd/network/01-levitate-ens3.network'];
    expect(file).toContain('[Match]\nMACAddress=52:54:00:12:34:56\n');
    expect(file).toContain('Address=10.0.2.15/24\nAddress=2001:db8::5/64\nGateway=10.0.2.2\n');
    expect(file).toContain('[Route]\nDestination=192.168.7.0/24\nGateway=10.0.2.9\n');
    expect(files['etc/systemd/network/01-levitate-ens4.network']).toContain('DHCP=ipv4');
  });

  it('for netplan, as YAML', () => {
    const text = networkFiles(read().cards, 'netplan', true)['etc/netplan/01-levitate.yaml'] ?? '';
    expect(parse(text)).toMatchObject({
      network: {
        version: 2,
        ethernets: {
          ens3: {
            match: { macaddress: '52:54:00:12:34:56' },
            dhcp4: false,
            addresses: ['10.0.2.15/24', '2001:db8::5/64'],
            routes: [
              { to: '0.0.0.0/0', via: '10.0.2.2' },
              { to: '192.168.7.0/24', via: '10.0.2.9' },
            ],
          },
          ens4: { dhcp4: true },
        },
      },
    });
  });
});
