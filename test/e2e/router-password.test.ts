/**
 * A router as it comes out of its box: a profile that nobody wrote by hand leads into maintenance and back; network-sbc.test.ts
 * and inits.test.ts enter by theirs. From then on it knows a root password and no key: in, by one's own key, and out again.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { runSsh } from '../lab/ssh.js';
import { onTerminal } from '../terminal.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';
import { buildProbed, isReleased, probe } from './probe-and-enter.js';

const test = deviceTest('router-ubi', { scope: 'file' });
const password = 'open sesame';

/** What a device does that has a password instead of keys; its SSH server is started anew. */
const passwordOnly = `
  set -e
  printf '%s\\n%s\\n' '${password}' '${password}' | passwd root
  rm /root/.ssh/authorized_keys
  sed -i 's/dropbear -s/dropbear/' /etc/init.d/S50dropbear
  sync
  /etc/init.d/S50dropbear stop
  /etc/init.d/S50dropbear start`;

test(
  'what a probe tells; and its profile, by a root password alone: the key that the person has at home opens maintenance',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device, host } = levitate;
    const { probed, profile } = await probe(levitate);
    expect(probed).toMatchObject({
      facts: { init: 'busybox', sshServer: 'dropbear', ubis: [{ device: 'ubi0', mtd: 'mtd0' }] },
      brought: expect.arrayContaining(['ubiformat']) as string[],
    });
    const text = await readFile(profile, 'utf8');
    const again = await levitate.run('probe', ['--profile-out', profile]);
    expect(again).toMatchObject({ exit: 2, last: { code: 'OUTPUT_FAILED' } });
    expect(await readFile(profile, 'utf8')).toBe(text);
    const other = await levitate.profile({ 'device.compatible': ['acme,toaster'] });
    const judged = await levitate.run('probe', [other]);
    expect(judged).toMatchObject({ exit: 3, last: { type: 'result', facts: { init: 'busybox' } } });
    expect(judged.last['checks']).toContainEqual(
      expect.objectContaining({ name: 'board', verdict: 'refusal' }),
    );
    await buildProbed(levitate, profile);

    await device.sh(passwordOnly);
    const folder = await levitate.folder();
    const key = join(folder, 'my_key');
    await promisify(execFile)('ssh-keygen', ['-qt', 'ed25519', '-N', '', '-C', 'me', '-f', key]);
    const config = join(folder, 'ssh_config');
    const own = await readFile(device.sshConfig, 'utf8');
    await writeFile(config, own.replace(/IdentityFile .*/, `IdentityFile ${key}`));
    const typed = (words: string): Promise<string> =>
      onTerminal(
        `node dist/cli/main.js ${words}`,
        [{ when: /[Pp]assword[^\n]*:\s/, type: `${password}\n` }],
        { boundMs: minutes(5), env: { XDG_STATE_HOME: levitate.stateHome } },
      );

    const entering = await typed(`enter -F ${config} ${host} ${profile}`);
    expect(entering).toMatch(/1 of your own \(me\)|\d of your own \(me, /);
    expect(entering).not.toContain('no authorized key is carried over');
    const there = await runSsh(
      config,
      host,
      'cat /root/.ssh/authorized_keys; ls /usr/lib/levitate',
    );
    expect(there.stdout).toMatch(/^ssh-ed25519 \S+ me$/m);
    await isReleased(levitate);

    const leaving = await typed(`leave -F ${config} ${host}`);
    expect(leaving).toMatch(/router-ubi is in its old system after /);
    expect(leaving.match(/password:/g)).toHaveLength(1);
    expect(entering + leaving).not.toContain(password);
  },
);
