/** The lab proves itself: what the other tests stand on. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { execa } from 'execa';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { packCpio } from './build/initramfs.js';
import { packages } from './build/packages.js';
import type { LabDevice } from './index.js';
import { bootDevice, bootInitramfs, deviceArtifacts, eraseCounters } from './index.js';
import {
  makeFlashFrom,
  restoreDevice,
  startProxy,
  type BootOptions,
  type DeviceName,
} from './index.js';

/** A bound in ms on what takes so many minutes at most on an idle machine; a loaded one gets three times that. */
const minutes = (n: number) => 3 * n * 60_000;
const cleanup: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function boot(name: DeviceName, options?: BootOptions): Promise<LabDevice> {
  const device = await bootDevice(name, options);
  cleanup.push(() => device.stop());
  return device;
}

/** A device that has booted earlier. */
async function restore(name: DeviceName): Promise<LabDevice> {
  const device = await restoreDevice(name);
  cleanup.push(() => device.stop());
  return device;
}

async function scratchDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'levitate-lab-test-'));
  cleanup.push(() => rm(dir, { recursive: true }));
  return dir;
}

async function reboot(device: LabDevice): Promise<void> {
  const before = await device.bootId();
  await device.ssh('reboot');
  await device.waitForSsh({ notBootId: before });
}

describe('sbc-systemd', () => {
  beforeAll(async () => void (await deviceArtifacts('sbc-systemd')), minutes(10));

  test(
    'boots its own disk, and comes back after a power cut',
    { timeout: minutes(5) },
    async () => {
      const device = await restore('sbc-systemd');
      expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('sbc-systemd 1\ndata 1');
      expect(await device.sh('readlink /proc/1/exe; command -v busybox cpio || true')).toBe(
        '/usr/lib/systemd/systemd',
      );
      await device.sh('echo kept >/root/note; sync');
      await device.cut();
      await device.start();
      expect(await device.sh('cat /root/note')).toBe('kept');
      expect(await device.sh('systemctl --failed --no-legend --plain')).toBe('');
    },
  );
});

describe('router-ubi', () => {
  beforeAll(async () => void (await deviceArtifacts('router-ubi')), minutes(10));

  test(
    'lives on UBIFS and keeps its erase counters over reboots',
    { timeout: minutes(5) },
    async () => {
      const device = await restore('router-ubi');
      expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('router-ubi 1\ndata 1');
      expect(await device.sh('mount')).toMatch(/^ubi0:rootfs on \/ type ubifs \(rw/m);
      expect(await device.sh('cat /proc/mtd')).toContain('00020000 "ubi"');
      const before = eraseCounters(await device.readDisk());
      expect(new Set(before).size).toBeGreaterThan(50);
      await device.sh('echo kept >/root/note');
      await reboot(device);
      const after = eraseCounters(await device.readDisk());
      expect(after.filter((counter, block) => (counter ?? 0) < (before[block] ?? 0))).toEqual([]);
      expect(await device.sh('cat /root/note')).toBe('kept');
    },
  );

  test('its file systems survive power cuts while it writes', { timeout: minutes(5) }, async () => {
    const device = await restore('router-ubi');
    for (let round = 0; round < 3; round++) {
      const write =
        'i=0; while :; do i=$((i+1)); head -c 200000 /dev/urandom >/data/f$((i%9)); sync; done';
      const writing = device.ssh(write, { timeoutMs: 20_000 });
      await sleep(1500 + 400 * round);
      await device.cut();
      await writing;
      await device.start();
    }
    expect(await device.sh('cat /etc/build-id /data/data-id; mount')).toMatch(
      /^router-ubi 1\ndata 1\n[^]*\/data type ubifs \(rw/,
    );
  });

  test('the second build boots from its ubinized image', { timeout: minutes(5) }, async () => {
    const disk = join(await scratchDir(), 'flash.img');
    await makeFlashFrom((await deviceArtifacts('router-ubi')).v2.ubi, disk);
    const device = await boot('router-ubi', { disk });
    expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('router-ubi 2\ndata 2');
  });

  test('vanishes when frozen and is there again when thawed', { timeout: minutes(5) }, async () => {
    const device = await restore('router-ubi');
    await device.freeze();
    expect((await device.ssh('true', { timeoutMs: 3000 })).exitCode).not.toBe(0);
    await device.thaw();
    await device.waitForSsh();
  });
});

test(
  'an archive boots as an initramfs, with drivers loaded for it',
  { timeout: minutes(10) },
  async () => {
    const dir = await scratchDir();
    await mkdir(join(dir, 'tree/bin'), { recursive: true });
    await execa('cp', [(await packages()).busybox, join(dir, 'tree/bin/busybox')]);
    const init =
      '#!/bin/busybox sh\nbusybox mkdir /sys\nbusybox mount -t sysfs s /sys\necho up: $(busybox ls / /sys/class/net)\nbusybox poweroff -f\n';
    await writeFile(join(dir, 'tree/init'), init, { mode: 0o755 });
    await packCpio(join(dir, 'tree'), join(dir, 'archive.gz'));
    const machine = await bootInitramfs({ archive: join(dir, 'archive.gz') });
    cleanup.push(() => machine.stop());
    const said = await machine.waitForConsole(/^up: (.*)\n/m, { timeoutMs: minutes(3) });
    expect(said[1]).toContain('eth0');
    expect(said[1]).not.toContain('lab');
  },
);

test(
  'the proxy passes on, throttles, falls silent, resumes and cuts',
  { timeout: 120_000 },
  async () => {
    const echo = createServer((socket) => socket.pipe(socket).on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => new Promise((resolve) => echo.close(resolve)));
    const proxy = await startProxy((echo.address() as AddressInfo).port);
    cleanup.push(() => proxy.close());
    const socket = connect(proxy.port, '127.0.0.1');
    let received = 0;
    socket.on('data', (data) => (received += data.length)).on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));

    await until(socket, 1000, () => received === 1000);
    expect(proxy.bytes).toEqual({ up: 1000, down: 1000 });

    proxy.blackhole();
    socket.write(Buffer.alloc(500));
    await sleep(300);
    expect(received).toBe(1000);
    proxy.resume();
    await until(socket, 0, () => received === 1500);

    proxy.throttle(200_000);
    const started = Date.now();
    await until(socket, 100_000, () => received === 101_500);
    expect(Date.now() - started).toBeGreaterThan(400);

    proxy.cut();
    await closed;
  },
);

async function until(socket: Socket, bytes: number, done: () => boolean): Promise<void> {
  if (bytes > 0) socket.write(Buffer.alloc(bytes));
  while (!done()) await sleep(10);
}
