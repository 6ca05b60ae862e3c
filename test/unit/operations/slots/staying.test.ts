import { expect, test } from 'vitest';
import { refuseWithoutPlace } from '../../../../src/operations/slots/staying.js';

test('a system without a place in RAM is refused: below no folder lie all of its mounts', () => {
  expect(() => refuseWithoutPlace({ initRoot: '' })).toThrow(
    expect.objectContaining({ code: 'SLOT_REFUSED' }) as Error,
  );
  expect(() => refuseWithoutPlace({ initRoot: '/run/initramfs' })).not.toThrow();
});
