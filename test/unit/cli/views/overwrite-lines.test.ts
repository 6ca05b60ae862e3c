import { expect, it } from 'vitest';
import { answersTo, overwriteLines } from '../../../../src/cli/views/overwrite-lines.js';
import type { OverwritePlan } from '../../../../src/operations/overwrite-plan.js';

const plan: OverwritePlan = {
  host: 'pi@raspberrypi.local',
  device: {
    hostname: 'raspberrypi',
    model: 'Raspberry Pi 4 Model B Rev 1.4',
    serial: '10000000b2c4d6e8',
    system: 'Debian GNU/Linux 12 (bookworm)',
    init: 'systemd',
  },
  address: '192.168.1.7',
  state: 'normal',
  touched: false,
  writes: [
    {
      target: 'disk',
      place: '/dev/mmcblk0',
      placeBytes: 32 * 1024 ** 3,
      image: '/home/me/images/new.img.zst',
      format: 'disk',
      imageBytes: 2 * 1024 ** 3,
      mounted: ['/', '/boot'],
      lost: ['all that is on /dev/mmcblk0'],
      kept: ['other disks'],
      cut: 'It does not boot then.',
    },
  ],
};

it('says who, what, where, and what becomes of it', () => {
  expect(overwriteLines(plan, 100).join('\n')).toBe(`
This overwrites the flash of pi@raspberrypi.local:

  device    raspberrypi, Raspberry Pi 4 Model B Rev 1.4, serial 10000000b2c4d6e8, at 192.168.1.7
            runs Debian GNU/Linux 12 (bookworm), systemd

  disk      new.img.zst (disk, 2 GiB) goes to /dev/mmcblk0, 32 GiB
  lost      all that is on /dev/mmcblk0; now mounted on /, /boot
  kept      other disks
  power cut It does not boot then.

The device ends its system and waits in RAM. Until the first byte is written, every failure leads
back to that system; after it, only a power cut can not be undone from here.
To go on, answer pi@raspberrypi.local or raspberrypi; anything else ends here.`);
});

it('stays within 60 columns', () => {
  for (const line of overwriteLines(plan, 60)) expect(line.length).toBeLessThanOrEqual(60);
});

it('keeps a long name apart from what follows', () => {
  const [write] = plan.writes;
  const text = overwriteLines({ ...plan, writes: [{ ...write!, target: 'rootfs-data' }] }, 100);
  expect(text.join('\n')).toContain('  rootfs-data new.img.zst (disk');
});

it('says that a device is in maintenance, and that something was written to it', () => {
  const text = overwriteLines({ ...plan, state: 'maintenance', touched: true }, 100).join('\n');
  expect(text).toContain('is in maintenance already, before that ran Debian');
  expect(text).toContain('something was written to its flash');
  expect(text).toContain('The write goes on.');
});

it('takes the host as it was named, or the name of the device', () => {
  expect(answersTo(plan)).toEqual(['pi@raspberrypi.local', 'raspberrypi']);
  expect(answersTo({ ...plan, device: { ...plan.device, hostname: '' } })).toHaveLength(1);
});
