/**
 * levitate's boot loader for UEFI, in a rescue as it lies on a disk: the firmware of each processor starts it by either copy of the
 * partition table, and the kernel gets its archive and its words.
 */
import { copyFile, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archiveAt, frontBytes, rescueBytes } from '../../../src/flash/rescue/size.js';
import { uefiEnds, uefiFront, type UefiArchitecture } from '../../../src/flash/rescue/uefi.js';
import type { DeviceName } from '../../lab/artifacts.js';
import { foreignPackages } from '../../lab/build/foreign.js';
import { writeInitramfs } from '../../lab/build/initramfs.js';
import { packages } from '../../lab/build/packages.js';
import { waitForText } from '../../lab/console.js';
import { diskArgs } from '../../lab/hardware.js';
import { killQemu, startQemu } from '../../lab/qemu.js';
import { freePort } from '../../free-port.js';
import { minutes } from '../lines.js';

const mib = 1024 * 1024;
const diskBytes = 300 * mib;

interface Machine {
  name: DeviceName;
  console: string;
  code: string;
  vars: string;
  parts(): Promise<{ kernel: string; busybox: string }>;
}

const machines: Record<UefiArchitecture, Machine> = {
  x86_64: {
    ...{ name: 'sbc-uefi', console: 'ttyS0' },
    code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
    vars: '/usr/share/OVMF/OVMF_VARS_4M.fd',
    parts: async () => {
      const { bzImage, busybox } = await packages();
      return { kernel: bzImage, busybox };
    },
  },
  aarch64: {
    ...{ name: 'ap-arm64', console: 'ttyAMA0' },
    code: '/usr/share/AAVMF/AAVMF_CODE.fd',
    vars: '/usr/share/AAVMF/AAVMF_VARS.fd',
    parts: () => foreignPackages('arm64'),
  },
};

const init = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
echo "rescued by: $(/bin/busybox cat /proc/cmdline)"
/bin/busybox sleep 100000
`;

test.each(Object.keys(machines) as UefiArchitecture[])(
  'the firmware of %s starts a rescue, also where the table in front of the disk is not whole',
  { timeout: minutes(20) },
  async (arch) => {
    const { name, console: tty, code, vars, parts } = machines[arch];
    const dir = await mkdtemp(join(tmpdir(), 'levitate-lab-'));
    try {
      const { kernel, busybox } = await parts();
      const archive = join(dir, 'archive');
      await writeInitramfs(archive, dir, { init, busybox, modules: [] });
      const disk = join(dir, 'disk.img');
      const { offset, length } = await writeDisk(disk, arch, tty, { kernel, archive });
      const own = join(dir, 'vars.fd');
      await copyFile(vars, own);
      const flash = (unit: number, file: string, rest: string) => [
        '-drive',
        `if=pflash,unit=${unit},format=raw,file=${file}${rest}`,
      ];
      await startQemu({
        ...{ dir, name, memoryMiB: 512, sshPort: await freePort(), detached: false },
        args: [
          ...flash(0, code, ',readonly=on'),
          ...flash(1, own, ''),
          ...diskArgs(disk, {}, name),
        ],
      });
      const [, words] = await waitForText(join(dir, 'console.log'), /rescued by: (.*)\n/);
      expect(words).toBe(
        `console=${tty} panic=10 levitate.rescue=${offset}+${length} initrd=\\LEVITATE\\ARCHIVE`,
      );
    } finally {
      await killQemu(dir);
      await rm(dir, { recursive: true });
    }
  },
);

/** Writes a disk with a rescue, whose table in front has a header that does not fit its entries. */
async function writeDisk(
  path: string,
  arch: UefiArchitecture,
  tty: string,
  files: { kernel: string; archive: string },
): Promise<{ offset: number; length: number }> {
  const [kernel, archive, loader] = await Promise.all(
    [files.kernel, files.archive, `dist/efi/${arch}.efi`].map((file) => readFile(file)),
  );
  const size = {
    ...{ firmware: 'uefi' as const, kernelBytes: kernel!.length },
    archiveBytes: archive!.length + mib,
  };
  const length = rescueBytes(size);
  const offset = diskBytes - mib - length;
  const place = {
    ...{ ...size, offset, length, diskBytes, entryId: 'a', words: `console=${tty}` },
    bootOption: Buffer.alloc(0),
  };
  const { head, tail } = uefiEnds(place);
  head.fill(0x55, 1024, 2048);
  const file = await open(path, 'w');
  try {
    await file.truncate(diskBytes);
    const pieces: [Buffer, number][] = [
      [head, 0],
      [tail, diskBytes - tail.length],
      [uefiFront(loader!, arch, place), offset],
      [kernel!, offset + frontBytes('uefi', length)],
      [archive!, offset + archiveAt(size, length)],
    ];
    for (const [bytes, at] of pieces) await file.write(bytes, 0, bytes.length, at);
  } finally {
    await file.close();
  }
  return { offset, length };
}
