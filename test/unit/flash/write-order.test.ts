import { expect, it } from 'vitest';
import { inWriteOrder } from '../../../src/flash/write-order.js';
import type { ImageFormat } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';

const target = (name: string, format: ImageFormat, node?: string) => ({
  target: name,
  image: anImage({ format }),
  ...(node === undefined ? {} : { facts: { kind: 'block', name: node, node, size: 1 } }),
});
const orderOf = (...targets: ReturnType<typeof target>[]) =>
  inWriteOrder(targets).map((one) => one.target);

it('what makes the device start goes last, the boot loader after the kernel', () => {
  expect(
    orderOf(
      target('boot', 'unknown', '/dev/mmcblk0boot0'),
      target('loader', 'boot-loader'),
      target('kernel', 'fit'),
      target('disk', 'disk', '/dev/mmcblk0'),
      target('root', 'squashfs'),
    ),
  ).toEqual(['disk', 'root', 'kernel', 'boot', 'loader']);
});

it('otherwise they go as they were named, also before it is known where they are', () => {
  expect(orderOf(target('b', 'ext4'), target('a', 'squashfs', '/dev/sda1'))).toEqual(['b', 'a']);
  expect(orderOf(target('b', 'uimage'), target('a', 'kernel'))).toEqual(['b', 'a']);
});
