import { execa } from 'execa';
import { LevitateError } from '../errors.js';
import { sshWords } from '../shared/ssh-host.js';
import { programMissing } from '../shared/host-program.js';

/** What the person's ssh configuration says of a host, as far as levitate needs it. */
export interface SshConfig {
  hostname: string;
  port: number;
  user: string;
  /** Jump hosts, comma separated, as in ssh_config(5). */
  proxyJump?: string;
  /** A command with tokens such as %h, as in ssh_config(5). */
  proxyCommand?: string;
  /** The name under which the host's keys are kept, where it is another than the host name. */
  hostKeyAlias?: string;
  /** Seconds, where the configuration names a bound on connecting. */
  connectTimeout?: number;
  identityFiles: string[];
  knownHostsFiles: string[];
  /** Every setting that this client knows and `ssh -G` prints, by its keyword in small letters, as often as it comes. */
  settings: ReadonlyMap<string, string[]>;
}

/**
 * Asks the ssh client itself (`ssh -G`) how it would reach a host; nothing is connected.
 * @param configFile in place of the person's own; `none` for what the client does by itself
 * @throws LevitateError USAGE where the host name or the configuration is refused, TOOL_MISSING without ssh.
 */
export async function resolveSshConfig(host: string, configFile?: string): Promise<SshConfig> {
  const file = configFile === undefined ? [] : ['-F', configFile];
  // -N: without a command to be run, a client that is told to go into the background refuses even to print.
  const ask = () =>
    execa('ssh', ['-G', '-N', ...file, ...sshWords(host)], { reject: false, stdin: 'ignore' });
  let result = await ask();
  // Ctrl-C on a terminal ends this client as well, perhaps before this program is told; it says nothing of the host.
  if (result.isTerminated) result = await ask();
  if (result.code === 'ENOENT') throw programMissing('ssh', result.cause);
  if (result.failed)
    throw new LevitateError('USAGE', `ssh refuses the host ${host}: ${result.stderr.trim()}`, {
      hint: 'Try `ssh -G HOST` by hand: it shows what the configuration makes of the name.',
    });
  const settings = new Map<string, string[]>();
  for (const line of result.stdout.split('\n')) {
    const [key = '', ...rest] = line.split(' ');
    if (key === '') continue;
    const name = key.toLowerCase();
    settings.set(name, [...(settings.get(name) ?? []), rest.join(' ')]);
  }
  const one = (key: string): string | undefined => settings.get(key)?.[0];
  const given = (key: string): string | undefined => (one(key) === 'none' ? undefined : one(key));
  const proxyJump = given('proxyjump');
  const proxyCommand = given('proxycommand');
  const hostKeyAlias = given('hostkeyalias');
  const connectTimeout = Number(given('connecttimeout'));
  return {
    hostname: one('hostname') ?? host,
    port: Number(one('port') ?? 22),
    user: one('user') ?? '',
    ...(proxyJump === undefined ? {} : { proxyJump }),
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    ...(connectTimeout > 0 ? { connectTimeout } : {}),
    identityFiles: settings.get('identityfile') ?? [],
    knownHostsFiles: (one('userknownhostsfile') ?? '').split(' ').filter((path) => path !== ''),
    settings,
  };
}
