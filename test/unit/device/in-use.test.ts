import { expect, test } from 'vitest';
import { inUse } from '../../../src/device/in-use.js';

test('names every holder, and how to end them from the top', () => {
  const error = inUse('system (volume rootfs) is in use', [
    { kind: 'loop', device: 'loop0', file: '/mnt/image' },
    { kind: 'dm', device: 'dm-0', name: 'crypt' },
    { kind: 'md', device: 'md0' },
    { kind: 'ubiblock', device: 'ubiblock0_1' },
    { kind: 'ubi', device: 'ubi1', mtd: 'mtd3' },
    { kind: 'zram', device: 'zram0', file: '/dev/vda1' },
    { kind: 'mount', point: '/mnt' },
    { kind: 'mount', point: '/mnt/a b' },
    { kind: 'mount', point: '/x', pid: 9, name: 'vi' },
    { kind: 'swap', file: '/mnt/swap' },
    { kind: 'process', pid: 7, name: 'sleep', via: ['cwd', 'fd'] },
    { kind: 'claim', device: 'vda1' },
  ]);
  expect(error.code).toBe('TARGET_IN_USE');
  expect(error.exit).toBe(3);
  expect(error.message).toBe(
    'system (volume rootfs) is in use: loop loop0 (/mnt/image), dm dm-0 (crypt), md md0, ubiblock ubiblock0_1, ' +
      'ubi ubi1 on mtd3, zram zram0 (/dev/vda1), mount /mnt, mount /mnt/a b, ' +
      'mount /x in the mount namespace of process 9 vi, swap /mnt/swap, process 7 sleep (cwd, fd), ' +
      'kernel claims vda1 for itself, as block2mtd does and an overlay whose parts were unmounted',
  );
  expect(error.hint).toBe(
    'In the maintenance system: kill 7; kill 9; swapoff /mnt/swap; umount /mnt/a b; umount /mnt; ' +
      'dmsetup remove crypt; echo clear >/sys/block/md0/md/array_state; losetup -d /dev/loop0; ' +
      'echo 1 >/sys/block/zram0/reset; ubiblock -r /dev/ubi0_1; ubidetach -d 1. Then flash again.',
  );
});

test('says that it must end where nobody knows how', () => {
  const error = inUse('disk is in use', [{ kind: 'claim', device: 'vda' }]);
  expect(error.hint).toMatch(/^End what is named/);
});
