import { execa } from 'execa';
import { LevitateError } from '../errors.js';

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
  identityFiles: string[];
  knownHostsFiles: string[];
}

/**
 * Asks the ssh client itself (`ssh -G`) how it would reach a host; nothing is connected.
 * @throws LevitateError USAGE where the host name or the configuration is refused, TOOL_MISSING without ssh.
 */
export async function resolveSshConfig(host: string, configFile?: string): Promise<SshConfig> {
  const file = configFile === undefined ? [] : ['-F', configFile];
  const result = await execa('ssh', ['-G', ...file, '--', host], {
    reject: false,
    stdin: 'ignore',
  });
  if (result.code === 'ENOENT') throw sshMissing(result.cause);
  if (result.failed)
    throw new LevitateError('USAGE', `ssh refuses the host ${host}: ${result.stderr.trim()}`, {
      hint: 'Try `ssh -G HOST` by hand: it shows what the configuration makes of the name.',
    });
  const values = new Map<string, string[]>();
  for (const line of result.stdout.split('\n')) {
    const [key = '', ...rest] = line.split(' ');
    values.set(key, [...(values.get(key) ?? []), rest.join(' ')]);
  }
  const one = (key: string): string | undefined => values.get(key)?.[0];
  const given = (key: string): string | undefined => (one(key) === 'none' ? undefined : one(key));
  const proxyJump = given('proxyjump');
  const proxyCommand = given('proxycommand');
  const hostKeyAlias = given('hostkeyalias');
  return {
    hostname: one('hostname') ?? host,
    port: Number(one('port') ?? 22),
    user: one('user') ?? '',
    ...(proxyJump === undefined ? {} : { proxyJump }),
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    identityFiles: values.get('identityfile') ?? [],
    knownHostsFiles: (one('userknownhostsfile') ?? '').split(' ').filter((path) => path !== ''),
  };
}

/** The failure of every use of the ssh client on a machine that has none. */
export const sshMissing = (cause: unknown): LevitateError =>
  new LevitateError('TOOL_MISSING', 'there is no `ssh` on this machine', {
    hint: 'Install the OpenSSH client (Debian: openssh-client).',
    cause,
  });
