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
])('%s stands on its own disk', (_, { probed }, devices) => {
  expect([...systemDevices(probed)]).toEqual(devices);
});
