import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import { resolveSshConfig, type SshConfig } from './ssh-config.js';

export interface ProxyOptions {
  /** The person's ssh configuration file, where it is not the usual one. */
  configFile?: string | undefined;
  /** Whether a person is there to be asked for a passphrase. */
  interactive?: boolean | undefined;
}

/**
 * Opens a byte stream to `hostname` and `port` through the jump hosts or the proxy command that the person's
 * configuration names for `host`.
 * @returns undefined where the host is reached directly. The stream ends with an error when the way breaks.
 * @throws LevitateError USAGE, TOOL_MISSING as `resolveSshConfig` does.
 */
export async function openProxySocket(
  host: string,
  hostname: string,
  port: number,
  options: ProxyOptions = {},
): Promise<Duplex | undefined> {
  const config = { ...(await resolveSshConfig(host, options.configFile)), hostname, port };
  const command =
    config.proxyCommand === undefined ? jump(config, options) : proxyCommand(host, config);
  if (command === undefined) return undefined;
  const [file, ...args] = command;
  const child = execa(file, args, { buffer: false, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' });
  // The stream below tells the failure; unread standard error would block the child, and unheard ones this process.
  child.catch(() => undefined);
  child.stderr.resume();
  const stream = child.duplex();
  stream.on('error', () => undefined);
  stream.on('close', () => child.kill());
  return stream;
}

/** `ssh -W` over the last jump host, which is itself reached over those before it. */
function jump(
  { hostname, port, proxyJump }: SshConfig,
  { configFile, interactive = false }: ProxyOptions,
): [string, ...string[]] | undefined {
  const hops = proxyJump?.split(',') ?? [];
  const last = hops.pop();
  if (last === undefined) return undefined;
  return [
    'ssh',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(interactive ? [] : ['-o', 'BatchMode=yes']),
    ...['-o', 'ConnectTimeout=10', '-o', 'ServerAliveInterval=2', '-o', 'ServerAliveCountMax=3'],
    ...(hops.length === 0 ? [] : ['-J', hops.join(',')]),
    ...['-W', `[${hostname}]:${port}`, '--', last.startsWith('ssh://') ? last : `ssh://${last}`],
  ];
}

/** Run as ssh runs it: by a shell that the command then replaces, tokens as in ssh_config(5). */
function proxyCommand(host: string, config: SshConfig): [string, ...string[]] {
  const tokens: Record<string, string> = {
    '%h': config.hostname,
    '%p': String(config.port),
    '%r': config.user,
    '%n': host.replace(/^.*@/, ''),
    '%%': '%',
  };
  const command = (config.proxyCommand ?? '').replace(/%./g, (token) => tokens[token] ?? token);
  return ['sh', '-c', `exec ${command.replace(/^exec\s+/, '')}`];
}
