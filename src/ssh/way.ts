import { aliveSettings, connectSeconds, settingsAsArguments } from './options.js';
import type { SshConfig } from './config.js';
import { quote } from '../shared/shell-quote.js';
import { hostName, sshWords } from '../shared/ssh-host.js';

/** Settings of ssh_config(5) that decide which way a connection takes, beside its name, port and proxies. */
const waySettings = {
  AddressFamily: 'addressfamily',
  BindAddress: 'bindaddress',
  BindInterface: 'bindinterface',
  ConnectionAttempts: 'connectionattempts',
  IPQoS: 'ipqos',
  TCPKeepAlive: 'tcpkeepalive',
} as const;

/**
 * What has to be told to an ssh client that reads no configuration, so that it takes the way to a host that the
 * person's configuration takes. Nothing of how a login works there is in it.
 * @param host as the person wrote it
 * @param defaults what the same client does without any configuration
 * @param configFile the person's configuration file, for their jump hosts
 * @returns settings by their names; none where a plain TCP connection to name and port is the way
 */
export function wayTo(
  host: string,
  config: SshConfig,
  defaults: SshConfig,
  configFile?: string,
): Record<string, string> {
  const way: Record<string, string> = {};
  for (const [name, keyword] of Object.entries(waySettings)) {
    const value = config.settings.get(keyword)?.[0];
    if (value !== undefined && value !== defaults.settings.get(keyword)?.[0]) way[name] = value;
  }
  const command =
    config.proxyCommand === undefined
      ? config.proxyJump === undefined
        ? undefined
        : overJumpHosts(config.proxyJump, config, configFile)
      : withNames(config.proxyCommand, host, config);
  if (command === undefined) return way;
  way['ProxyCommand'] = command;
  if (config.settings.get('proxyusefdpass')?.[0] === 'yes') way['ProxyUseFdpass'] = 'yes';
  return way;
}

/** `ssh -W` over the last jump host, which is itself reached over those before it and as its own entry says. */
function overJumpHosts(
  proxyJump: string,
  { connectTimeout }: SshConfig,
  configFile: string | undefined,
): string {
  const hops = proxyJump.split(',');
  const last = hops.pop() ?? '';
  const args = [
    'ssh',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...settingsAsArguments({
      BatchMode: 'yes',
      ConnectTimeout: String(connectTimeout ?? connectSeconds),
      ...aliveSettings,
    }),
    ...(hops.length === 0 ? [] : ['-J', hops.join(',')]),
  ].map((word) => quote(word).replaceAll('%', '%%'));
  // ssh replaces tokens in the name of a jump host: a zone is written with %% there.
  return [...args, '-W', "'[%h]:%p'", ...sshWords(last).map(quote)].join(' ');
}

/** The tokens that would mean something else for a login as root with the entry's key (ssh_config(5), TOKENS). */
function withNames(
  command: string,
  host: string,
  { user, hostKeyAlias, settings }: SshConfig,
): string {
  const names: Record<string, string> = {
    '%r': user,
    '%k': hostKeyAlias ?? settings.get('host')?.[0] ?? hostName(host),
  };
  return command.replace(/%./g, (token) => names[token]?.replaceAll('%', '%%') ?? token);
}
