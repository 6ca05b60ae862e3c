import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, type Connection } from '../../src/device/connect.js';
import type { Session } from '../../src/device/session.js';
import { connectOpenSsh } from '../../src/ssh/openssh.js';
import { connectSsh2 } from '../../src/ssh/ssh2.js';
import type { Transport } from '../../src/ssh/transport.js';
import type { Server } from './servers.js';

/** What a test changes of an otherwise right way to connect. */
export interface Change {
  port?: number;
  hostKeys?: string[];
  privateKey?: string;
  keyFile?: string;
  /** Further arguments of the ssh client. */
  options?: string[];
}

export type Way = 'openssh' | 'ssh2';
export const ways: Way[] = ['openssh', 'ssh2'];

/** Connects to a server in one of the two ways. */
export function connectTo(way: Way, server: Server, change: Change = {}): Promise<Transport> {
  if (way === 'openssh')
    return connectOpenSsh('device', {
      configFile: sshConfig(server, change),
      options: change.options,
    });
  return connectSsh2({
    host: '127.0.0.1',
    port: change.port ?? server.port,
    user: server.user,
    privateKey: change.privateKey ?? server.privateKey,
    hostKeys: change.hostKeys ?? server.hostKeys,
    readyTimeoutMs: 5000,
  });
}

/** What an entry into a server would remember, as if its sshd were that of maintenance. */
export const sessionOf = async (
  { privateKey, hostKeys }: Server,
  connection: Connection,
  running?: Transport,
): Promise<Session> => ({
  ...(await addressOf(connection, running)),
  ...{ entryId: 'entry', privateKey, hostKeys },
});

let count = 0;

/** Writes an ssh configuration that knows the server as `device`, and nothing of the person's own. */
export function sshConfig(server: Server, change: Change = {}): string {
  const name = join(server.folder, `client-${++count}`);
  const port = change.port ?? server.port;
  const known = (change.hostKeys ?? server.hostKeys).map((key) => `[127.0.0.1]:${port} ${key}\n`);
  writeFileSync(`${name}-known`, known.join(''));
  writeFileSync(
    `${name}-config`,
    `Host *
  User ${server.user}
  IdentityFile ${change.keyFile ?? server.keyFile}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${name}-known
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
Host device jump
  HostName 127.0.0.1
  Port ${port}
`,
  );
  return `${name}-config`;
}
