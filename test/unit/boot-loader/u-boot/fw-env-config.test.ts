import { expect, test } from 'vitest';
import {
  NotFwEnvConfig,
  readFwEnvConfig,
} from '../../../../src/boot-loader/u-boot/fw-env-config.js';

test('lines with numbers as in C, and comments', () => {
  const text =
    '# MTD device\n/dev/mtd1\t\t0x0000 0x4000 0x4000 1 # first\n\n/boot/uboot.env 0 010\n';
  expect(() => readFwEnvConfig(text)).toThrow('has no size for /boot/uboot.env');
  expect(readFwEnvConfig(text.replace('010', '020000'))).toEqual([
    { path: '/dev/mtd1', offset: 0, bytes: 0x4000 },
    { path: '/boot/uboot.env', offset: 0, bytes: 8192 },
  ]);
});

test.each([
  ['', 'no environment'],
  ['/dev/a 0 0x1000\n'.repeat(3), 'more than two'],
  ['/dev/a -0x1000 0x1000', 'no offset'],
  ['/dev/a 0 99999999999', 'no size'],
  ['/dev/a', 'no offset'],
  ['relative 0 0x1000', 'the path'],
  ["/dev/$(x)' 0 0x1000", 'the path'],
])('%j is none', (text, reason) => {
  expect(() => readFwEnvConfig(text)).toThrow(NotFwEnvConfig);
  expect(() => readFwEnvConfig(text)).toThrow(reason);
});
