import { quote } from './shell-quote.js';

/** `[user@]NAME[:PORT]`, and an address in brackets, which may have a zone; `ssh://` may stand before it. */
const named =
  /^(?<scheme>ssh:\/\/)?(?<user>[^@/[\]]*@)?(?:\[(?<address>[^[\]]+)\]|(?<name>[^:@/[\]]+))(?::(?<port>\d{1,5}))?$/;

/**
 * The words of ssh(1) for a host as people write it. The client itself takes a port in URIs alone, and there no address
 * with a zone (`ssh.c`, `misc.c`): `root@host:2222` and `[fe80::1%eth0]:2222` are taken apart.
 * @returns options, `--`, and the host
 */
export function sshWords(host: string): string[] {
  const { scheme, user = '', address, name, port } = named.exec(host)?.groups ?? {};
  if (address === undefined && (name === undefined || scheme !== undefined || port === undefined))
    return ['--', host];
  // In a URI the percent sign of a zone may be written as %25 (RFC 6874).
  const where = address?.replace(/%25(?=.)/, '%') ?? name ?? '';
  return [...(port === undefined ? [] : ['-p', port]), '--', `${user}${where}`];
}

/** The command that a person can type to reach a host as levitate does, with more options if there are. */
export const sshCommand = (host: string, ...options: string[]): string =>
  [
    'ssh',
    ...options,
    ...sshWords(host)
      .filter((word) => word !== '--')
      .map(quote),
  ].join(' ');

/** The name or address in a host as people write it, which a Host line of ssh_config(5) is compared with. */
export const hostName = (host: string): string =>
  (sshWords(host).at(-1) ?? host).replace(/^ssh:\/\/(.*?)(?::\d+)?$/, '$1').replace(/^.*@/, '');
