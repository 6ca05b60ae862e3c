/** What is refused while the device runs its own system. */
import { execa } from 'execa';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deviceArtifacts } from '../lab/index.js';
import { makeModule } from '../unit/rootfs/make-module.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { began, minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' }).extend(
  'bootId',
  { scope: 'file', auto: true },
  ({ levitate }) => levitate.device.bootId(),
);
// No entry leaves anything behind. Without a staged root nothing can be armed.
test.afterEach(async ({ levitate, bootId }) => {
  const { device } = levitate;
  expect(await device.sh('ls -d /tmp/levitate-root 2>/dev/null; true')).toBe('');
  expect(await device.bootId()).toBe(bootId);
});
test.afterAll(async ({ levitate, bootId }) => {
  expect(await levitate.facts()).toMatchObject({ staged: false, armed: false, bootId });
});

/** Enters, and expects a refusal; answers its message. */
async function refused(
  levitate: Levitate,
  code: string,
  profile: string,
  sshConfig?: string,
): Promise<string> {
  const { exit, last } = await levitate.run('enter', [profile], sshConfig);
  expect(last).toMatchObject({ type: 'error', code, exit: 3 });
  expect(exit).toBe(3);
  return last.message ?? '';
}

/** The device's ssh_config with one setting changed. */
async function sshConfigWith(levitate: Levitate, setting: string, value: string): Promise<string> {
  const text = await readFile(levitate.device.sshConfig, 'utf8');
  const path = join(await levitate.folder(), 'ssh_config');
  await writeFile(
    path,
    text.replace(new RegExp(`^  ${setting} .*$`, 'm'), `  ${setting} ${value}`),
  );
  return path;
}

async function freshKey(levitate: Levitate): Promise<string> {
  const key = join(await levitate.folder(), 'key');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  return key;
}

test('another board', async ({ levitate }) => {
  const profile = await levitate.profile({ 'device.compatible': ['acme,toaster'] });
  expect(await refused(levitate, 'PREFLIGHT_REFUSED', profile)).toMatch(/board.*acme,toaster/);
});

test(
  'an image that its target cannot take is known before the device is entered',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const { v2 } = await deviceArtifacts('router-ubi');
    const large = join(await levitate.folder(), 'large.bin');
    await writeFile(large, Buffer.alloc(57 * 1024 * 1024, 1));
    const profile = await levitate.profile({ 'flash.targets.gone': { block: '/dev/mmcblk9' } });
    const refusals: [string, string, number, RegExp][] = [
      [`layout=${v2.rootfs}`, 'IMAGE_FORMAT', 2, /takes a ubinized image/],
      [`system=${v2.ubi}`, 'IMAGE_FORMAT', 2, /a whole UBI layout/],
      [`system=raw:${large}`, 'IMAGE_TOO_LARGE', 3, /59768832 bytes/],
      [`gone=${v2.rootfs}`, 'TARGET_MISSING', 3, /mmcblk9/],
    ];
    for (const [pair, code, exit, message] of refusals) {
      for (const words of [[], ['--dry-run']]) {
        const ended = await levitate.run('deploy', [profile, pair, ...words]);
        expect(ended).toMatchObject({ exit, last: { type: 'error', code } });
        expect(ended.last.message).toMatch(message);
        expect(ended.lines.some(began('stage'))).toBe(false);
      }
    }
    const fits = await levitate.run('deploy', [profile, `layout=${v2.ubi}`, '--dry-run']);
    expect(fits.exit).toBe(0);
    expect(fits.lines).toContainEqual(
      expect.objectContaining({ type: 'check', name: 'target layout', verdict: 'ok' }),
    );
  },
);

test('another architecture', { timeout: minutes(5) }, async ({ levitate }) => {
  const profile = await levitate.profile({ arch: 'aarch64' });
  expect(await refused(levitate, 'PREFLIGHT_REFUSED', profile)).toMatch(
    /architecture.*x86_64.*aarch64/,
  );
});

test('modules of another kernel', async ({ levitate }) => {
  const folder = await levitate.folder();
  await mkdir(join(folder, 'lib/modules/0.0.1'), { recursive: true });
  await writeFile(join(folder, 'lib/modules/0.0.1/x.ko'), makeModule({ release: '0.0.1' }));
  const profile = await levitate.profile({
    'root.from': ['debian', { sysroot: folder }],
    'root.modules': { names: ['x'] },
  });
  expect(await refused(levitate, 'PREFLIGHT_REFUSED', profile)).toMatch(
    /modules: the archive has modules of kernel 0\.0\.1, the device runs 6\./,
  );
});

test('too little memory', async ({ levitate }) => {
  const profile = await levitate.profile({ 'safety.ram-reserve': '512MiB' });
  expect(await refused(levitate, 'PREFLIGHT_REFUSED', profile)).toMatch(/memory.*512 MiB reserve/);
});

test(
  'memory that the kernel only says to be available',
  { timeout: minutes(3) },
  async ({ levitate }) => {
    // ramfs pins its inodes, and they still count as reclaimable.
    await levitate.device.sh(`mkdir /tmp/pins && mount -t ramfs pins /tmp/pins && cd /tmp/pins &&
    i=0 && while [ "$i" -lt 24000 ]; do : >"$i"; i=$((i + 1)); done`);
    const { memoryAvailable = 0 } = await levitate.facts();
    // The root and its working set take 14 MiB: by what the kernel says, 5 MiB are to spare.
    const reserve = `${Math.floor(memoryAvailable / 1024 / 1024) - 19}MiB`;
    const profile = await levitate.profile({ 'safety.ram-reserve': reserve });
    const { exit, lines, last } = await levitate.run('enter', [profile]);
    expect(lines).toContainEqual(expect.objectContaining({ name: 'memory', verdict: 'ok' }));
    expect(last).toMatchObject({ type: 'error', code: 'STAGE_FAILED', exit: 4 });
    expect(last.message).toMatch(/only \d+ can be counted on/);
    expect(exit).toBe(4);
    await levitate.device.sh('umount /tmp/pins && rmdir /tmp/pins');
  },
);

test('a host key other than known', async ({ levitate }) => {
  const known = join(await levitate.folder(), 'known_hosts');
  const key = (await readFile(`${await freshKey(levitate)}.pub`, 'utf8')).trim();
  await writeFile(known, `[127.0.0.1]:${levitate.device.port} ${key}\n`);
  const config = await sshConfigWith(levitate, 'UserKnownHostsFile', known);
  await refused(levitate, 'HOST_KEY_CHANGED', await levitate.profile(), config);
});

test('a key that the device does not know', async ({ levitate }) => {
  const config = await sshConfigWith(levitate, 'IdentityFile', await freshKey(levitate));
  await refused(levitate, 'AUTH_FAILED', await levitate.profile(), config);
});

test('nothing installed, and no profile given', async ({ levitate }) => {
  const { exit, last } = await levitate.run('enter');
  expect(last).toMatchObject({ type: 'error', code: 'NOT_INSTALLED' });
  expect(exit).toBe(3);
});

test('a flash of a device that is not in maintenance', async ({ levitate }) => {
  const { ubi } = (await deviceArtifacts('router-ubi')).v2;
  const { exit, last } = await levitate.run('flash', [`layout=${ubi}`]);
  expect(last).toMatchObject({ type: 'error', code: 'NOT_IN_MAINTENANCE' });
  expect(exit).toBe(3);
});
