import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCode, LevitateError } from '../errors.js';
import { connectOpenSsh, socketFolder } from '../ssh/openssh.js';
import { settingsAsArguments } from '../ssh/options.js';
import { hostName } from '../shared/ssh-host.js';
import type { Session } from './session.js';
import { resolveSshConfig } from '../ssh/config.js';
import { wayTo } from '../ssh/way.js';
import type { Transport } from '../ssh/transport.js';

/** What stands for the device in the known_hosts of one connection. */
const alias = 'levitate-maintenance';

/**
 * Connects to the maintenance sshd over the way that the person's ssh configuration takes to the device: the same
 * client takes it, with all that it alone can do (proxies that pass a descriptor, interfaces, jump hosts of jump
 * hosts). How the person logs in does not count: this is root, with the key of this entry and the host keys that
 * it must present. Nobody is asked for anything.
 * @param address in place of the session's host name
 * @throws LevitateError as `connectOpenSsh` does
 */
export async function connectOverWay(
  session: Session,
  address: string,
  signal?: AbortSignal,
): Promise<Transport> {
  const { host, port, privateKey, hostKeys, sshConfig } = session;
  const [config, defaults] = await Promise.all([
    resolveSshConfig(host, sshConfig),
    resolveSshConfig(host, 'none'),
  ]);
  // As it was given, without the user: a proxy command may name it (%n).
  const name = config.settings.get('host')?.[0] ?? hostName(host);
  const folder = await socketFolder();
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, 'key'), privateKey, { mode: 0o600 });
    await writeFile(join(folder, 'known'), hostKeys.map((key) => `${alias} ${key}\n`).join(''));
    const transport = await connectOpenSsh(name, {
      configFile: 'none',
      controlDir: folder,
      signal,
      options: settingsAsArguments({
        ...wayTo(host, config, defaults, sshConfig),
        HostName: address.replaceAll('%', '%%'),
        Port: String(port),
        User: 'root',
        IdentityFile: `${folder}/key`,
        IdentitiesOnly: 'yes',
        IdentityAgent: 'none',
        PreferredAuthentications: 'publickey',
        HostKeyAlias: alias,
        CheckHostIP: 'no',
        UserKnownHostsFile: `${folder}/known`,
        GlobalKnownHostsFile: '/dev/null',
        StrictHostKeyChecking: 'yes',
        ...(config.connectTimeout === undefined
          ? {}
          : { ConnectTimeout: String(config.connectTimeout) }),
      }),
    });
    return {
      name: `maintenance root@${address}:${port} as ssh reaches ${host}`,
      exec: (command, options) =>
        transport.exec(command, options).catch((error: unknown) => {
          // It was connected once: that it cannot be made anew means that it is lost.
          throw isCode(error, 'HOST_UNREACHABLE')
            ? new LevitateError('CONNECTION_LOST', error.message, { cause: error })
            : error;
        }),
      close: async () => {
        await transport.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
