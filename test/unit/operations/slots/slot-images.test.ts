import { expect, test } from 'vitest';
import type { ImageIndex } from '../../../../src/image/image.js';
import { areForSlot, imagesOfSlot } from '../../../../src/operations/slots/slot-images.js';
import type { BootSpec } from '../../../../src/profile/profile.js';

const boot: BootSpec = {
  loader: 'grubenv',
  environment: [{ device: '/dev/v2', file: '/grubenv' }],
  slots: {
    a: { root: '/dev/a', targets: { rootfs: 'root-a', kernel: 'kernel-a' } },
    b: { root: '/dev/b', targets: { rootfs: 'root-b', kernel: 'kernel-b' } },
  },
  ...{ tries: 2, confirmWithinSeconds: 600 },
};

test('images go to the targets of the slot that is written', () => {
  const [rootfs, kernel] = [{}, {}] as ImageIndex[];
  const images: [string, ImageIndex][] = [
    ['kernel', kernel!],
    ['rootfs', rootfs!],
  ];
  const placed = imagesOfSlot(boot, 'b', images);
  expect(placed.map(([target]) => target)).toEqual(['kernel-b', 'root-b']);
  expect(placed[1]![1]).toBe(rootfs);
});

test('images for slots and for targets do not go together', () => {
  expect(areForSlot({ boot }, ['rootfs'])).toBe(true);
  expect(areForSlot({ boot }, ['root-b'])).toBe(false);
  expect(areForSlot({}, ['rootfs'])).toBe(false);
  expect(() => areForSlot({ boot }, ['rootfs', 'data'])).toThrow(
    expect.objectContaining({ code: 'USAGE' }) as Error,
  );
});
