import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseBootOption } from '../../../../src/flash/rescue/boot-option.js';
import { archiveAt, frontBytes, rescueBytes } from '../../../../src/flash/rescue/size.js';
import { uefiEnds, uefiFront } from '../../../../src/flash/rescue/uefi.js';

const mib = 1024 * 1024;
const folder = mkdtempSync(path.join(tmpdir(), 'uefi-rescue-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A load option as efibootmgr makes it: `\EFI\systemd\systemd-bootx64.efi` on a partition of a GPT. */
const guid = '000102030405060708090a0b0c0d0e0f';
const option = (file: string, signature = '0202'): Buffer => {
  const name = Buffer.from(`${file}\0`, 'utf16le');
  const path = Buffer.concat([
    Buffer.from(`04012a00010000000008000000000000008001000000000${0}${guid}${signature}`, 'hex'),
    Buffer.from([4, 4, (name.length + 4) & 0xff, (name.length + 4) >> 8]),
    name,
    Buffer.from('7fff0400', 'hex'),
  ]);
  const label = Buffer.from('Linux\0', 'utf16le');
  const head = Buffer.alloc(6);
  head.writeUInt32LE(1);
  head.writeUInt16LE(path.length, 4);
  return Buffer.concat([head, label, path, Buffer.from('more')]);
};

describe('a load option', () => {
  test('tells the partition and the file', () => {
    expect(parseBootOption(option('\\EFI\\debian\\shimx64.efi'))).toEqual({
      partitionGuid: Buffer.from(guid, 'hex'),
      path: 'EFI/debian/shimx64.efi',
    });
  });

  test('of a disk that has no GPT, or that is not whole, tells nothing', () => {
    expect(parseBootOption(option('\\EFI\\BOOT\\BOOTX64.EFI', '0101'))).toBeUndefined();
    const whole = option('\\a');
    for (let length = 0; length < whole.length; length += 1)
      expect(() => parseBootOption(whole.subarray(0, length))).not.toThrow();
    expect(parseBootOption(Buffer.alloc(0))).toBeUndefined();
  });

  test('with a name that cannot be made tells the partition alone', () => {
    expect(parseBootOption(option('\\EFI\\Ünï\\x.efi'))).not.toHaveProperty('path');
  });
});

const kernel = Buffer.alloc(14 * mib + 1, 'k');
const loader = Buffer.alloc(5632, 'l');
const size = { firmware: 'uefi' as const, kernelBytes: kernel.length, archiveBytes: 8 * mib };
const place = {
  ...{ ...size, offset: 256 * mib, length: rescueBytes(size), diskBytes: 300 * mib },
  ...{ entryId: '0123456789abcdef', words: 'console=ttyS0' },
  bootOption: option('\\EFI\\systemd\\systemd-bootx64.efi'),
};

describe('the file system of a rescue', () => {
  const front = uefiFront(loader, 'x86_64', place);
  const volume = path.join(folder, 'volume');
  writeFileSync(
    volume,
    Buffer.concat([
      front.subarray(4096),
      kernel,
      Buffer.alloc(place.length - front.length - kernel.length),
    ]),
  );

  test('begins behind a page with the mark, and ends where the kernel goes', () => {
    expect(front.subarray(0, 33).toString()).toBe('levitate rescue 0123456789abcdef\n');
    expect(front).toHaveLength(frontBytes('uefi', place.length));
    expect(place.length % mib).toBe(0);
  });

  test('is one that other programs find nothing wrong with', () => {
    expect(execFileSync('fsck.vfat', ['-n', '-v', volume], { encoding: 'utf8' })).not.toMatch(
      /wrong|error|corrupt|reclaim/i,
    );
  });

  test('has the loader where firmware looks for it, and where it looked for the old one', () => {
    const read = (name: string) =>
      execFileSync('mtype', ['-i', volume, `::${name}`], { maxBuffer: 64 * mib });
    expect(read('/EFI/BOOT/BOOTX64.EFI').equals(loader)).toBe(true);
    expect(read('/EFI/systemd/systemd-bootx64.efi').equals(loader)).toBe(true);
    expect(read('/LEVITATE/KERNEL').equals(kernel)).toBe(true);
    expect(read('/LEVITATE/ARCHIVE')).toHaveLength(place.length - archiveAt(place, place.length));
    expect(read('/LEVITATE/WORDS').toString()).toBe(
      `console=ttyS0 panic=10 levitate.rescue=${place.offset}+${place.length} initrd=\\LEVITATE\\ARCHIVE\n`,
    );
  });

  test('is no smaller than a FAT32, and what does not fit is refused', () => {
    expect(rescueBytes({ ...size, kernelBytes: 1, archiveBytes: 1 })).toBe(33 * mib);
    const long = { ...place, words: 'x'.repeat(2048) };
    expect(() => uefiFront(loader, 'x86_64', long)).toThrow('command line');
    expect(() => uefiFront(Buffer.alloc(mib), 'x86_64', place)).toThrow('do not fit');
  });
});

test('the table shows the partition of the rescue alone, by the name that the firmware knows', () => {
  const { head, tail } = uefiEnds(place);
  const disk = path.join(folder, 'disk');
  const whole = Buffer.alloc(place.diskBytes);
  whole.set(head);
  whole.set(tail, whole.length - tail.length);
  writeFileSync(disk, whole);
  const told = execFileSync('sfdisk', ['--json', disk], { encoding: 'utf8' });
  const { partitiontable } = JSON.parse(told) as { partitiontable: unknown };
  expect(partitiontable).toMatchObject({
    label: 'gpt',
    partitions: [
      {
        start: (place.offset + 4096) / 512,
        size: (place.length - 4096) / 512,
        type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
        uuid: '03020100-0504-0706-0809-0A0B0C0D0E0F',
        name: 'levitate rescue',
      },
    ],
  });
  expect(execFileSync('sfdisk', ['--verify', disk], { encoding: 'utf8' })).toContain('No errors');
});
