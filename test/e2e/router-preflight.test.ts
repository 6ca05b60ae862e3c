/** What is refused while the device runs its own system. */
import { execa } from 'execa';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { deviceArtifacts } from '../lab/index.js';
import { makeModule } from '../unit/rootfs/make-module.js';
import { Bench, began, minutes } from './help.js';

let bench: Bench;
let bootId: string;
beforeAll(async () => {
  bench = await Bench.at('router-ubi');
  bootId = await bench.device.bootId();
}, minutes(5));
afterAll(() => bench.close());
afterEach(async () => {
  expect(await bench.facts()).toMatchObject({ staged: false, armed: false, bootId });
});

/** Enters, and expects a refusal; answers its message. */
async function refused(code: string, profile: string, sshConfig?: string): Promise<string> {
  const { exit, last } = await bench.levitate('enter', [profile], sshConfig);
  expect(last).toMatchObject({ type: 'error', code, exit: 3 });
  expect(exit).toBe(3);
  return last.message ?? '';
}

/** The device's ssh_config with one setting changed. */
async function sshConfigWith(setting: string, value: string): Promise<string> {
  const text = await readFile(bench.device.sshConfig, 'utf8');
  const path = join(await bench.folder(), 'ssh_config');
  await writeFile(
    path,
    text.replace(new RegExp(`^  ${setting} .*$`, 'm'), `  ${setting} ${value}`),
  );
  return path;
}

async function freshKey(): Promise<string> {
  const key = join(await bench.folder(), 'key');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  return key;
}

test('another board', async () => {
  const profile = await bench.profile({ 'device.compatible': ['acme,toaster'] });
  expect(await refused('PREFLIGHT_REFUSED', profile)).toMatch(/board.*acme,toaster/);
});

test(
  'an image that its target can not take is known before the device is entered',
  { timeout: minutes(5) },
  async () => {
    const { v2 } = await deviceArtifacts('router-ubi');
    const large = join(await bench.folder(), 'large.bin');
    await writeFile(large, Buffer.alloc(57 * 1024 * 1024, 1));
    const profile = await bench.profile({ 'flash.targets.gone': { block: '/dev/mmcblk9' } });
    const refusals: [string, string, number, RegExp][] = [
      [`layout=${v2.rootfs}`, 'IMAGE_FORMAT', 2, /takes a ubinized image/],
      [`system=${v2.ubi}`, 'IMAGE_FORMAT', 2, /a whole UBI layout/],
      [`system=raw:${large}`, 'IMAGE_TOO_LARGE', 3, /59768832 bytes/],
      [`gone=${v2.rootfs}`, 'TARGET_MISSING', 3, /mmcblk9/],
    ];
    for (const [pair, code, exit, message] of refusals) {
      for (const words of [[], ['--dry-run']]) {
        const ended = await bench.levitate('deploy', [profile, pair, ...words]);
        expect(ended).toMatchObject({ exit, last: { type: 'error', code } });
        expect(ended.last.message).toMatch(message);
        expect(ended.lines.some(began('stage'))).toBe(false);
      }
    }
    const fits = await bench.levitate('deploy', [profile, `layout=${v2.ubi}`, '--dry-run']);
    expect(fits.exit).toBe(0);
    expect(fits.lines).toContainEqual(
      expect.objectContaining({ type: 'check', name: 'target layout', verdict: 'ok' }),
    );
  },
);

test('another architecture', { timeout: minutes(5) }, async () => {
  const profile = await bench.profile({ arch: 'aarch64' });
  expect(await refused('PREFLIGHT_REFUSED', profile)).toMatch(/architecture.*x86_64.*aarch64/);
});

test('modules of another kernel', async () => {
  const folder = await bench.folder();
  await mkdir(join(folder, 'lib/modules/0.0.1'), { recursive: true });
  await writeFile(join(folder, 'lib/modules/0.0.1/x.ko'), makeModule({ release: '0.0.1' }));
  const profile = await bench.profile({
    'root.from': ['debian', { sysroot: folder }],
    'root.modules': { names: ['x'] },
  });
  expect(await refused('PREFLIGHT_REFUSED', profile)).toMatch(
    /modules: the archive has modules of kernel 0\.0\.1, the device runs 6\./,
  );
});

test('too little memory', async () => {
  const profile = await bench.profile({ 'safety.ram-reserve': '512MiB' });
  expect(await refused('PREFLIGHT_REFUSED', profile)).toMatch(/memory.*512\.0 MiB reserve/);
});

test('memory that the kernel only says to be available', { timeout: minutes(3) }, async () => {
  // ramfs pins its inodes, and they still count as reclaimable.
  await bench.device.sh(`mkdir /tmp/pins && mount -t ramfs pins /tmp/pins && cd /tmp/pins &&
    i=0 && while [ "$i" -lt 24000 ]; do : >"$i"; i=$((i + 1)); done`);
  const { memoryAvailable = 0 } = await bench.facts();
  // The root and its working set take 14 MiB: by what the kernel says, 5 MiB are to spare.
  const reserve = `${Math.floor(memoryAvailable / 1024 / 1024) - 19}MiB`;
  const profile = await bench.profile({ 'safety.ram-reserve': reserve });
  const { exit, lines, last } = await bench.levitate('enter', [profile]);
  expect(lines).toContainEqual(expect.objectContaining({ name: 'memory', verdict: 'ok' }));
  expect(last).toMatchObject({ type: 'error', code: 'STAGE_FAILED', exit: 4 });
  expect(last.message).toMatch(/only \d+ can be counted on/);
  expect(exit).toBe(4);
  await bench.device.sh('umount /tmp/pins && rmdir /tmp/pins');
});

test('a host key other than known', async () => {
  const known = join(await bench.folder(), 'known_hosts');
  const key = (await readFile(`${await freshKey()}.pub`, 'utf8')).trim();
  await writeFile(known, `[127.0.0.1]:${bench.device.port} ${key}\n`);
  const config = await sshConfigWith('UserKnownHostsFile', known);
  await refused('HOST_KEY_CHANGED', await bench.profile(), config);
});

test('a key that the device does not know', async () => {
  const config = await sshConfigWith('IdentityFile', await freshKey());
  await refused('AUTH_FAILED', await bench.profile(), config);
});

test('nothing installed, and no profile given', async () => {
  const { exit, last } = await bench.levitate('enter');
  expect(last).toMatchObject({ type: 'error', code: 'NOT_INSTALLED' });
  expect(exit).toBe(3);
});

test('a flash of a device that is not in maintenance', async () => {
  const { ubi } = (await deviceArtifacts('router-ubi')).v2;
  const { exit, last } = await bench.levitate('flash', [`layout=${ubi}`]);
  expect(last).toMatchObject({ type: 'error', code: 'NOT_IN_MAINTENANCE' });
  expect(exit).toBe(3);
});
