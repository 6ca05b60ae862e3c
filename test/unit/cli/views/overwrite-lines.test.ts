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
  port: 2222,
  login: 'It must accept the login pi.',
  time: { bytes: 6 * 1024 ** 3, bytesPerSecond: 10 * 1024 ** 2, seconds: 614.4, isBound: true },
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

  device    raspberrypi, Raspberry Pi 4 Model B Rev 1.4, serial 10000000b2c4d6e8, at 192.168.1.7,
            SSH port 2222
            runs Debian GNU/Linux 12 (bookworm), systemd

  disk      new.img.zst (disk, 2 GiB) goes to /dev/mmcblk0, 32 GiB
  lost      all that is on /dev/mmcblk0; now mounted on /, /boot
  kept      other disks
  power cut It does not boot then.

  time      at most about 11 min at 10 MiB/s (the images are compared, sent and read back: 6 GiB),
            besides the way into maintenance and the reboot. The speed is assumed: your link and
            this flash may be slower or faster

The device ends its system and waits in RAM. Until the first byte is written, every failure leads
back to that system; after it, only a power cut cannot be undone from here. It must accept the login
pi.
Until you answer, the device runs as it does now.
To go on, answer pi@raspberrypi.local or raspberrypi; anything else ends here.`);
});

it('does not except a power cut where all that is written has a rescue', () => {
  const [write] = plan.writes;
  const cuts = [{ when: 'meanwhile', leadsTo: 'rescue' as const }];
  const rescued = { ...write!, cuts };
  const text = (writes: OverwritePlan['writes']) =>
    overwriteLines({ ...plan, writes }, 100)
      .join(' ')
      .replace(/\s+/g, ' ');
  const carriesOn = 'after it, the same command carries on, also after a power cut.';
  expect(text([rescued])).toContain(carriesOn);
  expect(text([rescued, write!])).not.toContain(carriesOn);
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
  expect(text).toContain('for your answer as long as it takes');
});

it('says until when a device in maintenance waits for the answer', () => {
  const asked = { ...plan, state: 'maintenance' as const, answerSeconds: 3600 };
  const text = overwriteLines(asked, 100, new Date(2026, 0, 1, 23, 30)).join(' ');
  expect(text).toMatch(/for your answer until 00:30; after that it goes back to its old +system/);
});

it.each([
  [20, /^ {2}time +under a minute at 10 MiB/m],
  [90, /^ {2}time +about 2 min at 10 MiB/m],
  [9000, /^ {2}time +about 2\.5 h at 10 MiB/m],
])('tells the time of what differs: %i s', (seconds, line) => {
  const bytesPerSecond = 10 * 1024 ** 2;
  const bytes = seconds * bytesPerSecond;
  const time = { bytes, bytesPerSecond, seconds, isBound: false };
  expect(overwriteLines({ ...plan, time }, 100).join('\n')).toMatch(line);
});

it('takes the host as it was named, or the name of the device', () => {
  expect(answersTo(plan)).toEqual(['pi@raspberrypi.local', 'raspberrypi']);
  expect(answersTo({ ...plan, device: { ...plan.device, hostname: '' } })).toHaveLength(1);
});
