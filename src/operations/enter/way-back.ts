import {
  addressOf,
  connectMaintenance,
  type Address,
  type Connection,
} from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { resolveSshConfig } from '../../ssh/config.js';
import { sshCommand } from '../../shared/ssh-host.js';
import { generateKeyPair } from '../../ssh/key-pair.js';
import type { Transport } from '../../ssh/transport.js';
import { LevitateError, reasonOf } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Check, Run } from '../../progress.js';

/** How a device will be reached once it is in maintenance, and the row of the preflight that says so. */
export interface WayBack {
  /** Where the running sshd was reached. */
  now: Address;
  /** Where the maintenance sshd will be reached. */
  address: Address;
  /** The row of the preflight. */
  check: Check;
}

/**
 * Finds out how maintenance will be reached, and tries that with the running sshd up to its host key, without a login.
 * Any part of the person's ssh configuration that cannot work for maintenance shows here, before anything has changed.
 * @throws LevitateError PREFLIGHT_REFUSED; the reason of `signal`
 */
export async function wayBack(
  options: Connection,
  running: Pick<Transport, 'address' | 'byTyping'>,
  { sshPort }: Pick<Facts, 'sshPort'>,
  { services }: Pick<Profile, 'services'>,
  run: Run,
): Promise<WayBack> {
  const now = await addressOf(options, running);
  await tryWay(options.host, now, run);
  const port = await portOf(options, now, sshPort, services.sshd.port);
  const address = { ...now, port };
  const where = address.address ?? address.hostname;
  return {
    now,
    address,
    check: {
      name: 'way back in',
      verdict: 'ok',
      found: `maintenance will be reached at ${where}, port ${port}${address.proxied ? ', over the way of the ssh configuration' : ''}`,
    },
  };
}

async function tryWay(host: string, address: Address, run: Run): Promise<void> {
  const key = await generateKeyPair('levitate');
  const nobody = { entryId: '', privateKey: key.privateKey, hostKeys: [key.publicKey] };
  try {
    await using _ = await connectMaintenance({ ...address, ...nobody }, run);
  } catch (error) {
    run.signal?.throwIfAborted();
    // The expected host key was made up: an error about another key shows that a server has answered.
    if (error instanceof LevitateError && answered.has(error.code)) return;
    throw new LevitateError(
      'PREFLIGHT_REFUSED',
      `way back in: maintenance could not be reached: ${reasonOf(error)}`,
      {
        hint: `Nobody can be asked for a passphrase or a code on that way. \`${sshCommand(host, '-o', 'BatchMode=yes')} true\` must work: put the keys of jump hosts into the agent.`,
        cause: error,
      },
    );
  }
}

const answered: ReadonlySet<string> = new Set([
  'HOST_KEY_CHANGED',
  'HOST_KEY_UNKNOWN',
  'SSH_ALGORITHMS',
  'AUTH_FAILED',
]);

/**
 * Gives the port at which maintenance will be reached.
 * @param seen where the running sshd listens, as the device sees it
 * @param wanted the port of the maintenance sshd in the profile; without one, it is that of the running sshd
 */
async function portOf(
  { host, sshConfig }: Connection,
  { port }: Address,
  seen: number | undefined,
  wanted: number | undefined,
): Promise<number> {
  if (wanted === undefined || wanted === seen || (seen === undefined && wanted === port))
    return port;
  if (seen !== undefined && seen !== port)
    throw unreachablePort(
      wanted,
      `port ${port} of ${host} is passed on to port ${seen} of the device`,
    );
  const { proxyCommand } = await resolveSshConfig(host, sshConfig);
  if (proxyCommand !== undefined && !proxyCommand.includes('%p'))
    throw unreachablePort(wanted, `the ProxyCommand of ${host} leads to one port alone`);
  return wanted;
}

const unreachablePort = (wanted: number, why: string): LevitateError =>
  new LevitateError('PREFLIGHT_REFUSED', `way back in: ${why}, and the profile wants ${wanted}`, {
    hint: 'Leave services.sshd.port out of the profile: maintenance then listens where the running sshd does.',
  });
