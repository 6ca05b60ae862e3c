/** The boot loaders with two slots, each with its device, and what sets that up for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numbersVariable } from '../../src/boot-loader/efi/variable.js';
import { globalVendor } from '../../src/boot-loader/places/variable.js';
import { bootEntry } from '../boot-entry.js';
import { compileHelper } from '../../packages/roots/helper.js';
import { readPackageFiles } from '../../src/shared/package-files.js';
import { nextEntryDisk } from '../lab/build/next-entry.js';
import { copySparse } from '../lab/hardware.js';
import type { BootOptions, DeviceName } from '../lab/index.js';
import { uefiLayout } from '../lab/build/sbc-uefi.js';
import type { SlotLoader } from './boot-matrix.js';
import { Levitate } from './levitate.js';

interface LoaderSetUp {
  device: DeviceName;
  /** What the profile of the device says otherwise. */
  settings: Record<string, unknown>;
  /** Hardware of the device other than usual, in a folder. */
  hardware?(folder: string): Promise<BootOptions>;
  setUp?(levitate: Levitate): Promise<void>;
}

const kernelOptions = (slot: string, partition: number): string =>
  `root=/dev/vda${partition} rw panic=10 levitate.slot=${slot} initrd=\\${slot}\\initrd.img console=ttyS0 mitigations=off init_on_alloc=0 norandmaps cryptomgr.notests cgroup_disable=memory`;

/** A watchdog that resets a PC, beside what that has in its places. */
const watchdog = ['-device', 'i6300esb,addr=0x10'];

const setUps: Record<SlotLoader, LoaderSetUp> = {
  grubenv: {
    device: 'sbc-slots',
    settings: {},
    hardware: () => Promise.resolve({ extraQemuArgs: watchdog }),
  },
  'grub-next-entry': {
    device: 'sbc-slots',
    settings: { 'boot.loader': 'grub-next-entry', 'boot.tries': 1 },
    hardware: async (folder) => {
      const disk = join(folder, 'disk.img');
      await copySparse(await nextEntryDisk(), disk);
      return { disk, extraQemuArgs: watchdog };
    },
  },
  'u-boot-env, a file': { device: 'uboot-file', settings: {} },
  'u-boot-env, two copies': { device: 'uboot-env', settings: {} },
  'systemd-boot': { device: 'sbc-uefi', settings: {} },
  efi: {
    device: 'sbc-uefi',
    settings: {
      'boot.loader': 'efi',
      'boot.environment': undefined,
      'boot.tries': 1,
      'boot.slots.a.starts': { file: '/a/vmlinuz', options: kernelOptions('a', 2) },
      'boot.slots.b.starts': { file: '/b/vmlinuz', options: kernelOptions('b', 3) },
    },
    setUp: makeEntry,
  },
  'rpi-tryboot': { device: 'pi-slots', settings: {}, setUp: withHelper },
};

/** A device of a boot loader, set up for it. */
export async function levitateWith(loader: SlotLoader): Promise<Levitate> {
  const { device, settings, hardware, setUp } = setUps[loader];
  const folder = await mkdtemp(join(tmpdir(), 'levitate-slots-'));
  const levitate = await Levitate.at(device, await hardware?.(folder));
  levitate.lastly(() => rm(folder, { recursive: true }));
  Object.assign(levitate.settings, settings);
  await setUp?.(levitate);
  return levitate;
}

/** Compiles the helper of a device whose init system passes no word on with a reboot, where it is not there. */
async function withHelper(): Promise<void> {
  if (!(await readPackageFiles('aarch64')).helper) await compileHelper('aarch64');
}

/** Makes a boot entry for the slot that runs, as a person does who sets a device up; the firmware starts it from then on. */
async function makeEntry({ device }: Levitate): Promise<void> {
  const { offset, length } = uefiLayout.esp;
  // The first entry of the table is that of the EFI system partition.
  const guid = (await device.readDisk(2 * 512, 32)).subarray(16);
  const partition = { number: 1, start: offset / 512, sectors: length / 512, guid };
  const entry = bootEntry('slot a', '\\a\\vmlinuz', kernelOptions('a', 2), partition);
  const set = (name: string, input: Buffer) =>
    device.sh(
      `cat >/tmp/v; dd if=/tmp/v of=/sys/firmware/efi/efivars/${name}-${globalVendor} bs=4096`,
      {
        input,
      },
    );
  await set('Boot2000', entry);
  await set('BootOrder', numbersVariable([0x2000, 1]));
}
