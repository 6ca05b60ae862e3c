import { LevitateError } from '../../errors.js';

/** How a server of rescues works. */
export interface RescueServerOptions {
  /** The network interface of this machine that the devices are behind. */
  interface: string;
  /**
   * The first and the last address to give to devices, where nobody else does. Without it, the server only adds to what the DHCP
   * server of the network says.
   */
  range?: string;
  /** The folder to serve, in place of this user's own. */
  folder?: string;
  /** The file for boot loaders other than U-Boot and iPXE, such as `pxelinux.0`, which you put into the folder. */
  bootFile?: string;
}

/** An IPv4 address of an interface. */
export interface OwnAddress {
  /** Its four numbers. */
  address: string;
  /** Which of its bits name the network, in the same form. */
  netmask: string;
}

/**
 * The words for dnsmasq(8): TFTP, DHCP beside or instead of another server, no DNS. Pure.
 * @param user the name of the user who may read the folder, where dnsmasq is to become that one
 * @throws LevitateError USAGE
 */
export function serverWords(
  { interface: device, range, bootFile }: RescueServerOptions,
  { address, netmask }: OwnAddress,
  folder: string,
  user?: string,
): string[] {
  const addresses = range?.split(',') ?? [];
  if (range !== undefined && (addresses.length !== 2 || !addresses.every(isAddress)))
    throw new LevitateError('USAGE', `'${range}' is no range of addresses`, {
      hint: 'Write the first and the last address: --range 192.168.7.100,192.168.7.199.',
    });
  return [
    ...['--conf-file=/dev/null', '--keep-in-foreground', '--log-facility=-', '--log-dhcp'],
    ...['--pid-file=', '--leasefile-ro', '--port=0', `--interface=${device}`, '--bind-interfaces'],
    ...[
      '--enable-tftp',
      `--tftp-root=${folder}`,
      ...(user === undefined ? [] : [`--user=${user}`]),
    ],
    ...(range === undefined
      ? [`--dhcp-range=${networkOf(address, netmask)},proxy,${netmask}`]
      : [`--dhcp-range=${range},${netmask},1h`, '--dhcp-authoritative']),
    // Option 175 is iPXE's own; U-Boot tells its name as the class of its vendor.
    ...['--dhcp-match=set:ipxe,175', '--dhcp-vendorclass=set:uboot,U-Boot'],
    ...['--dhcp-boot=tag:ipxe,boot.ipxe', '--dhcp-boot=tag:uboot,boot.scr.uimg'],
    ...(bootFile === undefined ? [] : [`--dhcp-boot=tag:!ipxe,tag:!uboot,${bootFile}`]),
    // Firmware of the Raspberry Pi takes only a server that offers this (Raspberry Pi documentation, "Network booting").
    '--pxe-service=tag:!ipxe,0,Raspberry Pi Boot',
  ];
}

const isAddress = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);

/** The address of a network. Pure. */
export const networkOf = (address: string, netmask: string): string => {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((part, at) => Number(part) & (mask[at] ?? 0))
    .join('.');
};
