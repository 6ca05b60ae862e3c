import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NotAutoboot, readAutoboot, writeAutoboot } from '../../../src/boot-loader/autoboot.js';

const read = (text: string) => readAutoboot(Buffer.from(text));

test('settings are read by their sections, and the last one counts', () => {
  expect(
    read(
      '# said\r\nboot_partition=1\r\n[all]\ntryboot_a_b=1\nboot_partition=2\n\n[tryboot]\nboot_partition=3\n[none]\nx=\n',
    ),
  ).toEqual({
    all: { boot_partition: '2', tryboot_a_b: '1' },
    tryboot: { boot_partition: '3' },
    none: { x: '' },
  });
});

test('what would be lost, or the firmware would not take, is refused', () => {
  expect(() => read('[pi4]\nboot_partition=2\n')).toThrow(NotAutoboot);
  expect(() => read('boot_partition 2\n')).toThrow(/neither a setting/);
  expect(() => read('#'.repeat(513))).toThrow(/has 513 bytes/);
  expect(() => writeAutoboot(read(`a=${'b'.repeat(300)}`), 256)).toThrow(/no room/);
});

test('a file is written as long as it was, and read as it was meant', () => {
  const settings = read('[all]\na=1\n[tryboot]\na=2\n');
  const file = writeAutoboot(settings, 256);
  expect(file).toHaveLength(256);
  expect(readAutoboot(file)).toEqual(settings);
  expect(Buffer.from(file).toString()).toMatch(/^\[all\]\na=1\n\[tryboot\]\na=2\n\n+$/);
});

test('the file of the documents is one', () => {
  const file = readFileSync('docs/how-to/slots/autoboot.txt');
  expect(file).toHaveLength(256);
  expect(readAutoboot(file)).toEqual({
    all: { tryboot_a_b: '1', boot_partition: '2' },
    tryboot: { boot_partition: '2' },
    none: {},
  });
});
