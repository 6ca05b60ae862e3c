import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectMaintenance, connectRunning } from '../../src/device/connect.js';
import { poll } from '../../src/shared/poll.js';
import { sessionOf, sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

let server: Server;
let agent: ChildProcess;
beforeAll(async () => {
  server = await startServer('sshd', ['AllowAgentForwarding yes', 'AcceptEnv LC_*']);
  const socket = join(server.folder, 'agent');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  if (!(await poll(async () => existsSync(socket) || undefined, 60))) throw new Error('no agent');
  vi.stubEnv('SSH_AUTH_SOCK', socket);
});
afterAll(async () => {
  agent.kill();
  vi.unstubAllEnvs();
  await server.stop();
});

/** What a person may have for logins of their own, and what a program's commands must not suffer from. */
const lines = [
  'StdinNull yes',
  'SessionType none',
  'SessionType subsystem',
  'RequestTTY force',
  'RequestTTY yes',
  'ForkAfterAuthentication yes',
  'RemoteCommand tmux attach',
  'PermitLocalCommand yes\n  LocalCommand echo local; exit 1',
  'EscapeChar %',
  'ForwardAgent yes',
  'ForwardX11 yes\n  ForwardX11Trusted yes',
  'LocalForward PORT localhost:1\n  ExitOnForwardFailure yes',
  'RemoteForward PORT localhost:1\n  ExitOnForwardFailure yes',
  'DynamicForward PORT\n  ExitOnForwardFailure yes',
  'Tunnel yes',
  'ControlMaster yes\n  ControlPath FOLDER/person\n  ControlPersist 1',
  'ControlMaster ask\n  ControlPath FOLDER/person',
  'ControlPersist yes',
  'LogLevel QUIET',
  'LogLevel DEBUG3',
  'LogVerbose *:*',
  'VisualHostKey yes',
  'AddKeysToAgent ask',
  'UpdateHostKeys ask',
  'BatchMode no',
  'Compression yes',
  'ServerAliveInterval 0',
  'ConnectTimeout 1',
  'ObscureKeystrokeTiming yes',
  'ChannelTimeout session=1',
  'SendEnv *',
  'SetEnv SSH_ASKPASS_REQUIRE=force',
  'KbdInteractiveAuthentication no',
  'IPQoS none',
  'TCPKeepAlive no',
  'RekeyLimit 16K',
  'EnableEscapeCommandline yes',
  'FingerprintHash md5',
  'HashKnownHosts yes',
  'CheckHostIP yes',
  'CanonicalizeHostname always',
];

function configWith(line: string): string {
  const folder = join(server.folder, `c${++count}`);
  mkdirSync(folder);
  // The person's own line stands first, as it prevails there.
  const own = sshConfig(server);
  const path = join(folder, 'config');
  const text = line.replace('FOLDER', folder).replace('PORT', String(server.port));
  writeFileSync(
    path,
    `IgnoreUnknown ObscureKeystrokeTiming,ChannelTimeout,EnableEscapeCommandline,LogVerbose\nHost device\n  User ${server.user}\n  ${text}\nInclude ${own}\n`,
  );
  return path;
}
let count = 0;

describe.concurrent('a person has', () => {
  test.each(lines)('%s', async (line) => {
    const sshConfig = configWith(line);
    await using running = await connectRunning({ host: 'device', sshConfig });
    const echo = await running.exec('cat; echo err >&2; exit 3', { stdin: 'in %.~\n~.\n' });
    expect(echo).toMatchObject({ stdout: 'in %.~\n~.\n', code: 3 });
    expect(echo.stderr).toContain('err\n');
    const lent = await running.exec('echo "$SSH_AUTH_SOCK$DISPLAY"; tty');
    expect(lent.stdout.split('\n').slice(0, 2)).toEqual(['', 'not a tty']);
    await using maintenance = await connectMaintenance(
      await sessionOf(server, { host: 'device', sshConfig }),
    );
    expect((await maintenance.exec('cat', { stdin: 'there' })).stdout).toBe('there');
  });
});
