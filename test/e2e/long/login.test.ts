/**
 * The whole way by a login that has to be let through twice: a jump host that `Match exec` chooses, and a doas on the device
 * that asks for a password on a terminal, which nothing on the device makes.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished } from 'vitest';
import { compressed, deviceArtifacts } from '../../lab/index.js';
import { startServer } from '../../ssh/servers.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });
const password = 'rasp "berry';

afterAll(() => void delete process.env['LEVITATE_SUDO_PASSWORD_FILE']);

/** The ssh_config by which pi logs in: over a jump host, for as long as a command says so. */
async function overJumpHost({ device }: Levitate, folder: string): Promise<string> {
  const jump = await startServer('sshd');
  onTestFinished(() => jump.stop());
  const known = join(folder, 'known-jump');
  await writeFile(known, jump.hostKeys.map((key) => `[127.0.0.1]:${jump.port} ${key}\n`).join(''));
  const own = await readFile(device.sshConfig, 'utf8');
  const away = `Match originalhost ${device.host} exec "test -e ${known}"`;
  const lines = [
    ...[own.replace('User root', 'User pi'), away, '  ProxyJump jump'],
    ...['Host jump', '  HostName 127.0.0.1', `  Port ${jump.port}`, `  User ${jump.user}`],
    ...[`  IdentityFile ${jump.keyFile}`, '  IdentitiesOnly yes', `  UserKnownHostsFile ${known}`],
  ];
  const config = join(folder, 'ssh_config');
  await writeFile(config, `${lines.join('\n')}\n`);
  return config;
}

test(
  'enter, flash and leave over a jump host, by a doas that asks for a password',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh(
      `echo 'pi:${password}' | chpasswd && cp -r /root/.ssh /home/pi/ && chown -R pi /home/pi
      echo permit pi >/etc/doas.conf && mv /usr/bin/sudo /usr/bin/sudo.away && rm -f /usr/bin/script && sync`,
    );
    const folder = await levitate.folder();
    const config = await overJumpHost(levitate, folder);
    const file = join(folder, 'password');
    await writeFile(file, `${password}\n`, { mode: 0o600 });
    process.env['LEVITATE_SUDO_PASSWORD_FILE'] = file;

    const profile = await levitate.profile();
    const told = await levitate.enter(profile, config);
    const sessions = join(levitate.stateHome, 'levitate/sessions');
    const [session = ''] = await readdir(sessions);
    expect(JSON.parse(await readFile(join(sessions, session), 'utf8'))).toMatchObject({
      ...{ user: 'pi', proxied: true },
    });
    expect(JSON.stringify(told)).not.toContain('berry');

    const { data } = (await deviceArtifacts('sbc-systemd')).v2;
    const flash = [`data=${await compressed(data, 'gz')}`];
    expect(await levitate.run('flash', flash, config)).toMatchObject({ exit: 0 });
    expect(await levitate.run('leave', [], config)).toMatchObject({ exit: 0 });
    expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('sbc-systemd 1\ndata 2');
  },
);
