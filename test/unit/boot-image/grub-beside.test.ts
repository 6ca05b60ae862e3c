import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import {
  besideConfiguration,
  coreEndOf,
  coreSectorOf,
  isGrub,
  placedBeside,
  roomForCore,
} from '../../../src/boot-image/grub-beside.js';

/** A boot.img that starts the core.img at this sector. */
function bootImage(coreSector: number): Buffer {
  const boot = Buffer.alloc(512);
  boot.write('GRUB ', 0x180);
  boot.writeBigUInt64LE(BigInt(coreSector), 0x5c);
  boot.writeUInt16LE(0xaa55, 510);
  return boot;
}

/** The first sector of a core.img, whose rest lies in these pieces: [sector, count]. */
function coreImage(...pieces: [number, number][]): Buffer {
  const core = Buffer.alloc(512);
  pieces.forEach(([from, count], index) => {
    core.writeBigUInt64LE(BigInt(from), 0x1f4 - 12 * index);
    core.writeUInt16LE(count, 0x1f4 - 12 * index + 8);
  });
  return core;
}

it('the GRUB that is there ends behind the last of its pieces', () => {
  const boot = bootImage(2048);
  expect(isGrub(boot)).toBe(true);
  expect(isGrub(Buffer.alloc(512))).toBe(false);
  expect(coreSectorOf(boot)).toBe(2048);
  expect(coreEndOf(coreImage([2049, 200]), 2048)).toBe(2249);
  expect(coreEndOf(coreImage([2049, 10], [3000, 100]), 2048)).toBe(3100);
});

it('another one lies at the end of the partition for boot loaders, or in front of the first partition of an MBR', () => {
  const partitions = [
    { from: 2048, end: 4096 },
    { from: 4096, end: 9999 },
  ];
  expect(roomForCore({ from: 2048, end: 2300 }, 300, partitions, true)).toBe(3796);
  expect(roomForCore({ from: 1, end: 200 }, 300, partitions, false)).toBe(1748);
});

it('says where there is no room', () => {
  const partitions = [{ from: 2048, end: 2400 }];
  const full = roomForCore({ from: 2048, end: 2300 }, 300, partitions, true);
  expect(full).toMatchObject({ why: expect.stringContaining('room for 50 KiB') as string });
  expect(roomForCore({ from: 34, end: 300 }, 300, partitions, true)).toMatchObject({
    why: expect.stringContaining('no partition of its GPT') as string,
  });
});

it('the boot sector keeps the partition table, and leads to the new place', () => {
  const old = bootImage(2048);
  old.write('table', 446);
  const grub = {
    boot: bootImage(1),
    core: Buffer.concat([coreImage([9, 9]), Buffer.alloc(788, 7)]),
  };
  const { boot, core, coreSector } = placedBeside(grub, 3796, old);
  expect(coreSectorOf(boot)).toBe(3796);
  expect(boot.subarray(440)).toEqual(old.subarray(440));
  expect(coreSector).toBe(3796);
  expect(core).toHaveLength(1536);
  expect(coreEndOf(core, 3796)).toBe(3799);
});

it.each([undefined, '/boot/initrd.img'])('GRUB reads the configuration: initramfs %s', (initrd) => {
  const text = besideConfiguration({ kernel: '/boot/vmlinuz', initrd, words: 'root=/dev/sda2' });
  execFileSync('grub-script-check', { input: text });
  expect(text.includes('initrd /boot')).toBe(initrd !== undefined);
  // The try is noted before the kernel starts, and a panic must lead back.
  expect(text.indexOf('save_env')).toBeLessThan(text.indexOf('linux /boot'));
  expect(text).toContain('panic=10 levitate.slot=new');
});
