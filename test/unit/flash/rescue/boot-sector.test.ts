import { expect, test } from 'vitest';
import { bootSector, rescueFront } from '../../../../src/flash/rescue/boot-sector.js';

const mib = 1024 * 1024;
const place = {
  firmware: 'bios' as const,
  ...{ offset: 256 * mib, length: 24 * mib, kernelBytes: 14 * mib + 1, archiveBytes: 8 * mib },
  ...{ entryId: '0123456789abcdef', words: 'console=ttyS0' },
};
const grub = { boot: Buffer.alloc(512, 0x11), core: Buffer.alloc(1000, 0x22) };
const base = place.offset / 512;

test('the boot sector leads to GRUB in the rescue, on the disk that the BIOS has started', () => {
  const boot = bootSector(grub, place);
  expect(boot).toHaveLength(512);
  expect(boot.readBigUInt64LE(0x5c)).toBe(BigInt(base + 1));
  expect([...boot.subarray(0x64, 0x68)]).toEqual([0xff, 0x11, 0x90, 0x90]);
  expect(boot.readUInt32LE(0x1be + 8)).toBe(base + 2048);
  expect(boot.readUInt32LE(0x1be + 12)).toBe((23 * mib) / 512);
  // One partition, and no more.
  expect(boot.subarray(0x1be + 16, 0x1fe).every((byte) => byte === 0)).toBe(true);
  expect(boot.readUInt16LE(510)).toBe(0xaa55);
  // What else GRUB has there stays.
  expect(boot.subarray(0, 0x5c).every((byte) => byte === 0x11)).toBe(true);
});

test('what stands in front of the kernel has the mark, GRUB that finds its rest, and its configuration', () => {
  const front = rescueFront(grub, place);
  expect(front).toHaveLength(mib + 4096);
  expect(front.subarray(0, 33).toString()).toBe('levitate rescue 0123456789abcdef\n');
  expect(front.readBigUInt64LE(512 + 0x1f4)).toBe(BigInt(base + 2));
  // 1000 bytes are two sectors, of which the first one is started.
  expect(front.readUInt16LE(512 + 0x1fc)).toBe(1);
  const text = front.subarray(mib).toString().trim().split('\n');
  expect(text).toEqual([
    `if linux ($root)8+28673 console=ttyS0 panic=10 levitate.rescue=${place.offset}+${place.length}; then`,
    `if initrd ($root)28681+18423; then boot; fi; fi`,
    'sleep 5',
    'reboot',
  ]);
});

test('what does not fit is refused', () => {
  const core = Buffer.alloc(mib);
  expect(() => rescueFront({ ...grub, core }, place)).toThrow('core.img');
  expect(() => rescueFront(grub, { ...place, words: 'x'.repeat(4096) })).toThrow('command line');
});
