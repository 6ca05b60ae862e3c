/** OpenWrt's sysupgrade file on a device whose kernel, root and settings are UBI volumes. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { deviceArtifacts } from '../../lab/index.js';
import { makeFlashFrom } from '../../lab/hardware.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes, wrote } from '../lines.js';
import { kernelFile, openwrtLayout, sysupgradeFile } from '../openwrt.js';

const leb = 128 * 1024 - 128;
const { v1, v2 } = await deviceArtifacts('router-ubi');

// The device as an OpenWrt has it; each test goes on from where the one before has come to.
const test = deviceTest('router-ubi', { scope: 'file' })
  .extend('dir', { scope: 'file' }, ({ levitate }) => levitate.folder())
  .extend('openwrt', { scope: 'file', auto: true }, async ({ levitate, dir }) => {
    const { device } = levitate;
    const layout = await openwrtLayout(
      dir,
      { root: v1.rootfs, kernel: await kernelFile(dir, 1, 2_000_000), data: v1.data },
      { root: '16MiB', kernel: '2MiB' },
    );
    await device.cut();
    await makeFlashFrom(layout, device.diskPath);
    await device.start();
    await device.sh('mkdir /etc/own; echo own >/etc/own/a; chmod 600 /etc/own/a; sync');
    await named(levitate);
    return levitate;
  });

/** The name that OpenWrt's start leaves for its sysupgrade, and what that tells of the files that it would keep. */
const named = ({ device }: Levitate): Promise<string> =>
  device.sh(
    `mkdir -p /tmp/sysinfo; echo lab,router >/tmp/sysinfo/board_name; printf '#!/bin/sh\\n[ "$*" = -l ] && find /etc/own -type f\\n' >/sbin/sysupgrade; chmod 755 /sbin/sysupgrade; sync`,
  );

const profile = (levitate: Levitate): Promise<string> =>
  levitate.profile({
    'flash.targets': { firmware: { sysupgrade: { mtd: 'ubi' } } },
    'flash.keep': { list: 'sysupgrade' },
  });

/** What the device says of its volumes: name, logical eraseblocks. */
const volumes = async ({ device }: Levitate): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await device.sh(
        'for v in /sys/class/ubi/ubi0_*; do echo "$(cat $v/name) $(cat $v/reserved_ebs)"; done',
      )
    )
      .split('\n')
      .map((line): [string, number] => [line.split(' ')[0]!, Number(line.split(' ')[1])]),
  );

/** The SHA-256 of the first bytes of a volume. */
const hashOf = ({ device }: Levitate, name: string, bytes: number): Promise<string> =>
  device.sh(
    `for v in /sys/class/ubi/ubi0_*; do [ "$(cat $v/name)" != ${name} ] || head -c ${bytes} /dev/\${v##*/} | sha256sum | cut -c 1-64; done`,
  );

test(
  'a file for another board is refused before the device is entered, unless a person says so',
  { timeout: minutes(6) },
  async ({ levitate, dir }) => {
    const kernel = await kernelFile(dir, 2, 1_500_000);
    const files = { root: v2.rootfs, kernel };
    const other = await sysupgradeFile(dir, 'other', { ...files, board: 'lab_other' });
    const words = [await profile(levitate), `firmware=${other}`, '--dry-run'];
    const refused = await levitate.run('deploy', words);
    expect(refused).toMatchObject({ exit: 3, last: { code: 'IMAGE_BOARD' } });
    expect(refused.last.message).toMatch(/is for lab_other, the device is lab,router, /);
    const metadata = { supported_devices: ['lab,other'], compat_version: '1.0' };
    const stated = await sysupgradeFile(dir, 'stated', { ...files, board: 'lab_router', metadata });
    expect(
      await levitate.run('deploy', [words[0]!, `firmware=${stated}`, '--dry-run']),
    ).toMatchObject({ exit: 3, last: { code: 'IMAGE_BOARD' } });
    expect(await levitate.run('deploy', [...words, '--accept-board'])).toMatchObject({ exit: 0 });
    // Without a profile the place is found, and the settings are kept.
    const right = await sysupgradeFile(dir, 'right', { ...files, board: 'lab_router' });
    await execa('gzip', ['-1', right]);
    const saved = join(dir, 'drafted.yaml');
    const alone = await levitate.run('deploy', [`${right}.gz`, '--dry-run', '--save', saved]);
    expect(alone.last, alone.last.message).toMatchObject({
      overwrite: { writes: [{ target: 'firmware/root' }, { target: 'firmware/kernel' }] },
    });
    expect(await readFile(saved, 'utf8')).toMatch(
      /^ {4}firmware: .*sysupgrade.*\n(.*\n)* {2}keep: .*firmware/m,
    );
  },
);

test(
  'the power goes while the root is written: the old system starts, and the same command ends well',
  { timeout: minutes(20) },
  async ({ levitate, dir }) => {
    const { device } = levitate;
    const kernel = await kernelFile(dir, 3, 1_800_000);
    const files = { root: v2.rootfs, kernel, board: 'lab_router' };
    const words = [
      await profile(levitate),
      `firmware=${await sysupgradeFile(dir, 'ubifs', files)}`,
      ...['--expect-build', 'router-ubi 2'],
    ];
    const { proxy, sshConfig } = await levitate.link();
    const deploying = levitate.start('deploy', words, sshConfig);
    await deploying.until(({ type, phase }) => type === 'phase' && phase === 'write');
    proxy.throttle(256 * 1024);
    await deploying.until(wrote(1024 * 1024));
    await device.cut();
    deploying.signal('SIGKILL');
    await deploying.ended;
    await device.start();
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
    // It has lost its settings: those that were saved at first are what counts.
    expect(Object.keys(await volumes(levitate))).not.toContain('rootfs_data');
    await device.sh('rm -r /etc/own; sync');
    await named(levitate);
    const deployed = await levitate.run('deploy', words);
    expect(deployed.last.message ?? '').toBe('');
    expect(deployed.last).toMatchObject({ type: 'result', leave: { build: 'router-ubi 2' } });
    expect(deployed.exit).toBe(0);
    // A UBIFS as the root takes the rest.
    expect(Object.keys(await volumes(levitate)).sort()).toEqual(['data', 'kernel', 'rootfs']);
    const bytes = await readFile(kernel);
    expect(await hashOf(levitate, 'kernel', bytes.length)).toBe(sha256(bytes));
    expect(await device.sh('tar -xzOf /sysupgrade.tgz etc/own/a; cat /data/data-id')).toBe(
      'own\ndata 1',
    );
  },
);

test(
  'a squashfs over a link that is cut: all are as large as they are, and the rest has the settings',
  { timeout: minutes(15) },
  async ({ levitate, dir }) => {
    const { device } = levitate;
    const tree = join(dir, 'tree');
    await execa('mkdir', ['-p', tree]);
    await writeFile(join(tree, 'content'), Buffer.alloc(3_000_000, 'squash'));
    const root = join(dir, 'root.squashfs');
    await execa('mksquashfs', [tree, root, '-noappend', '-quiet', '-noD', '-noF']);
    const kernel = await kernelFile(dir, 4, 1_500_000);
    const image = await sysupgradeFile(dir, 'squash', { root, kernel, board: 'lab_router' });
    await named(levitate);
    await device.sh('mkdir /etc/own; echo owned >/etc/own/a; sync');
    const before = await volumes(levitate);
    const { proxy, sshConfig } = await levitate.link();
    await levitate.enter(await profile(levitate), sshConfig);
    const planned = await levitate.run('flash', [`firmware=${image}`, '--dry-run']);
    // A UBIFS as the root has taken all, and has too many eraseblocks for a second one beside it.
    const steps = ['write', 'finish', 'verify', 'make-volume'];
    expect(planned.last).toMatchObject({
      plans: [
        { target: 'firmware/root', steps: steps.map((step) => ({ do: step })) },
        { target: 'firmware/kernel' },
      ],
    });
    proxy.throttle(512 * 1024);
    const flashing = levitate.start('flash', [`firmware=${image}`]);
    await flashing.until(wrote(1024 * 1024));
    proxy.cut();
    proxy.throttle();
    const flashed = await flashing.ended;
    expect(flashed.last.message ?? '').toBe('');
    expect(flashed.exit).toBe(0);
    const [rootBytes, kernelBytes] = [await readFile(root), await readFile(kernel)];
    const lebs = (bytes: Buffer) => Math.ceil(bytes.length / leb);
    const all = Object.values(before).reduce((sum, one) => sum + one, 0);
    expect(await volumes(levitate)).toEqual({
      ...{ kernel: lebs(kernelBytes), rootfs: lebs(rootBytes), data: before['data'] },
      rootfs_data: all - lebs(kernelBytes) - lebs(rootBytes) - before['data']!,
    });
    expect(await hashOf(levitate, 'rootfs', rootBytes.length)).toBe(sha256(rootBytes));
    expect(await hashOf(levitate, 'kernel', kernelBytes.length)).toBe(sha256(kernelBytes));
    await device.sh('mkdir -p /tmp/rest; mount -t ubifs ubi0:rootfs_data /tmp/rest');
    expect(await device.sh('ls /tmp/rest')).toBe('sysupgrade.tgz');
    expect(await device.sh('tar -xzOf /tmp/rest/sysupgrade.tgz etc/own/a; umount /tmp/rest')).toBe(
      'owned',
    );
    // The same again finds all as it should be, and leaves what takes the rest as it is.
    const again = await levitate.run('flash', [`firmware=${image}`]);
    expect(again).toMatchObject({
      exit: 0,
      last: { targets: [{ sentBytes: 0 }, { sentBytes: 0 }] },
    });
  },
);
