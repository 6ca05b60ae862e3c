/** A device as it is once it has booted and come to rest: saved once, restored for each test that is not about booting. */
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accelerator } from './accel.js';
import type { DeviceName } from './artifacts.js';
import { boardOf } from './boards.js';
import { cached } from './cache.js';
import { bootDevice, placeDevice, type LabDevice, type PlaceOptions } from './device.js';
import { copyDisk, copySparse, deviceDisk, hardwareArgs, memoryOf } from './hardware.js';
import { qemuCommand } from './qemu.js';
import { qmpArgs, saveMachine } from './qmp.js';

/**
 * A device that has been running for a while, on a disk of its own: SSH answers, nothing is left to do, and its clock is
 * right. Under KVM it boots.
 */
export async function restoreDevice(
  name: DeviceName,
  options: PlaceOptions = {},
): Promise<LabDevice> {
  if (!(await isRestored(name))) {
    const device = await bootDevice(name, options);
    await comeToRest(device);
    return device;
  }
  const saved = await savedState(name);
  const device = await placeDevice(name, options, join(saved, 'disk.img'));
  try {
    await copySparse(join(saved, 'console.log'), device.consolePath);
    await device.start({ wait: false, state: join(saved, 'state.zst') });
    await setClock(device);
    return device;
  } catch (error) {
    await device.stop();
    throw error;
  }
}

/**
 * Whether the device is restored rather than booted: KVM's states fit one processor only, and there a boot takes seconds; a
 * device of one init system is used by one test, for which saving and restoring would take longer than booting.
 */
export async function isRestored(name: DeviceName): Promise<boolean> {
  // What plays the firmware of the latter could not take a state up.
  if (name.startsWith('init-') || name === 'pi-slots') return false;
  return boardOf(name).emulated || (await accelerator()) === 'tcg';
}

/** Saves a device's state unless it is there; gives its folder. A state fits what made it alone: all of that is its key. */
export async function savedState(name: DeviceName): Promise<string> {
  const disk = await deviceDisk(name, 'v1');
  const args = await hardwareArgs(name, 'DISK', {});
  const memoryMiB = memoryOf(name, {});
  const machine = { dir: '', name, memoryMiB, sshPort: 0, args, detached: false };
  const command = await qemuCommand(machine);
  const { stdout } = await execa(boardOf(name).qemu, ['--version']);
  const key = [stdout, disk, ...command].join('\0');
  const recipe = ['saved-state.ts', 'qmp.ts'];
  return cached(`state-${name}`, recipe, key, (scratch) => saveState(name, scratch));
}

async function saveState(name: DeviceName, folder: string): Promise<void> {
  // A socket's path is short: no folder of the cache's.
  const dir = await mkdtemp(join(tmpdir(), 'levitate-lab-'));
  const socket = join(dir, 'qmp');
  const device = await bootDevice(name, { dir, extraQemuArgs: qmpArgs(socket) });
  try {
    await comeToRest(device);
    await saveMachine(socket, `zstd -q -1 >'${join(folder, 'state.zst')}'`);
    await device.stop();
    await copyDisk(device.diskPath, join(folder, 'disk.img'));
    await copySparse(device.consolePath, join(folder, 'console.log'));
  } finally {
    await device.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Waits until what starts at a boot has started, and the disk has been left alone for five seconds: UBI erases in the
 * background. A file system that systemd has given up waiting for, as it does on a loaded machine, is mounted now.
 */
async function comeToRest(device: LabDevice): Promise<void> {
  await device.sh(
    `if [ -d /run/systemd/system ]; then systemctl is-system-running --wait >/dev/null || true; mount -a || exit; fi
    quiet=0
    while [ "$quiet" -lt 5 ]; do
      before=$(cat /sys/block/vda/stat)
      sleep 1
      if [ "$(cat /sys/block/vda/stat)" = "$before" ]; then quiet=$((quiet + 1)); else quiet=0; fi
    done`,
  );
}

/** For the device no time has passed. */
async function setClock(device: LabDevice): Promise<void> {
  const end = Date.now() + 600_000;
  for (;;) {
    const now = Math.round(Date.now() / 1000);
    const { exitCode, stderr } = await device.ssh(`date -u -s @${now} >/dev/null`);
    if (exitCode === 0) return;
    if (!(await device.running()) || Date.now() > end)
      throw new Error(`lab: ${device.name} is not restored: ${stderr}\n${await device.qemuLog()}`);
  }
}
