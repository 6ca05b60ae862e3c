import { expect, test } from 'vitest';
import { systemDevices } from '../../../../src/operations/propose/system-devices.js';
import { invented, read, routerText, sbcText } from '../recorded/index.js';

test.each([
  ['the router', read(routerText), ['mtd0']],
  ['the sbc', read(sbcText), ['vda']],
  [
    'a router whose root is an overlay',
    invented(
      'block=sda 9000',
      'block=sda1 4000',
      'block=sdb 9000',
      'disk=sda - 0 ',
      'disk=sda1 sda 0 ',
      'disk=sdb - 0 ',
      'mounted=overlayfs rw overlay /',
      'mounted=sda1 ro squashfs /rom',
      'mounted=sdb rw ext4 /mnt',
    ),
    ['sda'],
  ],
  [
    'a root on LVM on md',
    invented(
      'disk=vda - 0 ',
      'disk=vda2 vda 0 ',
      'stands=dm-0 md0',
      'stands=md0 vda2',
      'stands=vda2 vda',
      'mounted=dm-0 rw ext4 /',
    ),
    ['vda'],
  ],
])('%s stands on its own disk', (_, { facts, probed }, devices) => {
  expect([...systemDevices(facts, probed)]).toEqual(devices);
});
