/** What the network of the old system is, in the form that a new one reads. */
import type { Migration } from '../../protocol/migration-file.js';

/** The programs that set up the network of a system, as far as levitate writes for them. */
export type NetworkManager = 'netplan' | 'ifupdown' | 'systemd-networkd';

/** A network card as the old system had it. */
export interface CardNetwork {
  /** Its name there. */
  name: string;
  /** Its MAC address, by which another system finds it. */
  mac: string;
  /** Whether its IPv4 address comes from a DHCP server. */
  dhcp: boolean;
  /** Its own addresses, with the length of their prefix. */
  addresses: string[];
  /** The way to other networks, of either family. */
  gateways: string[];
  /** Other routes. */
  routes: { to: string; via: string }[];
}

/** What is known of a network, and why some of it cannot be written for another system. */
export interface ReadNetwork {
  /** The cards that had an address. */
  cards: CardNetwork[];
  /** Sentences without a stop. */
  notCarried: string[];
}

/**
 * Reads the lines by which maintenance restores the network (initramfs/takeover/carry/network.sh). Pure.
 * @param cards wired cards, by name and MAC address
 */
export function readNetwork(text: string, cards: Migration['cards']): ReadNetwork {
  const found = new Map<string, CardNetwork>(
    cards.map(({ name, address }) => [
      name,
      { name, mac: address, dhcp: false, addresses: [], gateways: [], routes: [] },
    ]),
  );
  const notCarried = new Set<string>();
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    const [what = '', first = '', second = ''] = words;
    const after = (word: string) => {
      const at = words.indexOf(word);
      return at === -1 ? undefined : words[at + 1];
    };
    const card = found.get(what === 'route' ? (after('dev') ?? '') : first);
    if (['bridge', 'bond', 'vlan'].includes(what))
      notCarried.add(`${first} is a ${what}, which levitate does not write for another system`);
    else if (what === 'wifi') notCarried.add('Wi-Fi is carried as the files of its programs alone');
    else if (!card) continue;
    else if (what === 'dhcp') card.dhcp = true;
    // An address of the link alone makes itself.
    else if (what === 'addr' && !second.startsWith('fe80:')) card.addresses.push(second);
    else if (what === 'route') {
      const via = after('via');
      if (via === undefined) continue;
      if (second === 'default') card.gateways.push(via);
      else card.routes.push({ to: second, via });
    }
  }
  return {
    cards: [...found.values()].filter(({ dhcp, addresses }) => dhcp || addresses.length > 0),
    notCarried: [...notCarried],
  };
}

/**
 * Tells by the names of a system's files what sets up its network; nothing where that is none that levitate writes for. Pure.
 * @param names paths without the slash that they begin with
 */
export function networkManagerOf(names: ReadonlySet<string>): NetworkManager | undefined {
  const has = (...paths: string[]) => paths.some((path) => names.has(path));
  if (has('usr/sbin/netplan')) return 'netplan';
  if (has('sbin/ifup', 'usr/sbin/ifup', 'etc/network/interfaces')) return 'ifupdown';
  return has('usr/lib/systemd/systemd-networkd', 'lib/systemd/systemd-networkd')
    ? 'systemd-networkd'
    : undefined;
}

/** Whether a program of a system gives network cards other names than the kernel does. Pure. */
export const renamesCards = (names: ReadonlySet<string>): boolean =>
  ['sbin/udevd', 'usr/lib/systemd/systemd-udevd', 'lib/systemd/systemd-udevd'].some((path) =>
    names.has(path),
  );

/**
 * Writes the network for a system. Pure.
 * @param renames whether the system finds a card by its MAC address; where not, the only card is eth0
 * @returns path → content
 */
export function networkFiles(
  cards: readonly CardNetwork[],
  manager: NetworkManager,
  renames: boolean,
): Record<string, string> {
  const note = '# What the system before had, as levitate migrate has carried it over.\n';
  switch (manager) {
    case 'netplan':
      return { 'etc/netplan/01-levitate.yaml': note + netplan(cards) };
    case 'systemd-networkd':
      return Object.fromEntries(
        cards.map((card) => [
          `etc/systemd/network/01-levitate-${card.name}.network`,
          note + networkd(card),
        ]),
      );
    case 'ifupdown':
      return {
        'etc/network/interfaces': note + interfaces(renames ? cards : cards.map(asKernelNames)),
        ...(renames ? links(cards, note) : {}),
      };
  }
}

/** systemd.link(5), which udev reads. */
const links = (cards: readonly CardNetwork[], note: string): Record<string, string> =>
  Object.fromEntries(
    cards.map(({ name, mac }) => [
      `etc/systemd/network/01-levitate-${name}.link`,
      `${note}[Match]\nMACAddress=${mac}\n\n[Link]\nName=${name}\n`,
    ]),
  );

const asKernelNames = (card: CardNetwork, index: number): CardNetwork => ({
  ...card,
  name: `eth${index}`,
});

const isSix = (address: string): boolean => address.includes(':');

/** interfaces(5), of ifupdown and of Alpine's ifupdown-ng. */
const interfaces = (cards: readonly CardNetwork[]): string =>
  ['auto lo', 'iface lo inet loopback', ...cards.flatMap(stanzas), ''].join('\n');

function stanzas({ name, dhcp, addresses, gateways, routes }: CardNetwork): string[] {
  const ways = [...gateways];
  const stanza = (address: string): string[] => {
    const family = isSix(address) ? 'inet6' : 'inet';
    const at = ways.findIndex((way) => isSix(way) === isSix(address));
    const [way] = at === -1 ? [] : ways.splice(at, 1);
    return [
      `iface ${name} ${family} static`,
      `  address ${address}`,
      ...(way === undefined ? [] : [`  gateway ${way}`]),
    ];
  };
  return [
    '',
    `auto ${name}`,
    ...(dhcp ? [`iface ${name} inet dhcp`] : []),
    ...addresses.flatMap(stanza),
    ...routes.map(({ to, via }) => `  up ip route add ${to} via ${via}`),
  ];
}

/** systemd.network(5). */
const networkd = ({ mac, dhcp, addresses, gateways, routes }: CardNetwork): string =>
  [
    `[Match]\nMACAddress=${mac}`,
    [
      '[Network]',
      ...(dhcp ? ['DHCP=ipv4'] : []),
      ...addresses.map((address) => `Address=${address}`),
      ...gateways.map((way) => `Gateway=${way}`),
    ].join('\n'),
    ...routes.map(({ to, via }) => `[Route]\nDestination=${to}\nGateway=${via}`),
    '',
  ].join('\n\n');

/** Netplan's reference, network.ethernets. */
const netplan = (cards: readonly CardNetwork[]): string =>
  [
    'network:',
    '  version: 2',
    '  ethernets:',
    ...cards.flatMap(({ name, mac, dhcp, addresses, gateways, routes }) => [
      `    ${name}:`,
      `      match: { macaddress: "${mac}" }`,
      `      set-name: ${name}`,
      `      dhcp4: ${dhcp}`,
      ...(addresses.length > 0 ? [`      addresses: [${addresses.map(quoted).join(', ')}]`] : []),
      ...(gateways.length + routes.length > 0 ? ['      routes:'] : []),
      ...gateways.map(
        (way) => `        - { to: ${isSix(way) ? '"::/0"' : '0.0.0.0/0'}, via: ${quoted(way)} }`,
      ),
      ...routes.map(({ to, via }) => `        - { to: ${quoted(to)}, via: ${quoted(via)} }`),
    ]),
    '',
  ].join('\n');

const quoted = (text: string): string => `"${text}"`;
