import { describe, expect, it } from 'vitest';
import { parseProbeFacts } from '../../../src/device/probe-facts.js';
import { oddDevice, read, routerText, sbcText } from '../operations/recorded/index.js';
import { factsOf, nothingElse, told } from './told.js';

describe('parseSurvey', () => {
  it('reads what the lab router tells', () => {
    expect(read(routerText).facts.mounted).toMatchObject([
      { device: 'ubi0:rootfs', readOnly: false, type: 'ubifs', point: '/' },
      { device: 'ubi0:data', point: '/data' },
    ]);
    expect(read(routerText).probed).toMatchObject({
      initVersion: '1.35.0',
      mtdTypes: { mtd0: 'ram' },
      ubis: [{ device: 'ubi0', mtd: 'mtd0' }],
      disks: [{ device: 'vda', parent: undefined, size: 48 << 20, readOnly: false, label: '' }],
      sshServer: 'dropbear',
      buildFile: '/etc/build-id',
    });
  });

  it('finds who keeps a lease, and where SSH came in', () => {
    const interfaces = (text: string) =>
      read(text).probed.interfaces.map(({ name, dhcp, ssh }) => [name, dhcp, ssh]);
    expect(interfaces(routerText)).toEqual([
      ['eth0', true, true],
      ['lo', false, false],
    ]);
    expect(interfaces(sbcText)).toEqual([
      ['ens3', false, true],
      ['lo', false, false],
    ]);
    expect(oddDevice.probed.interfaces).toMatchObject([
      { name: 'br-lan', kind: 'bridge', ssh: true },
      { name: 'wlan0', kind: 'wifi', master: 'br-lan', ssh: false },
      { name: 'eth0.2', kind: 'vlan', dhcp: true },
    ]);
  });

  it('finds what a device is known by beside its serial number', () => {
    const ids = 'emmc-cid=1501ab\nemmc-cid=1501ab\nhardware-address=ens3 52:54:00:00:00:01\n';
    const { probed } = read(sbcText.replace('probe-end=', `${ids}probe-end=`));
    expect(probed.emmcIds).toEqual(['1501ab']);
    expect(probed.interfaces.map(({ mac }) => mac)).toEqual(['52:54:00:00:00:01', undefined]);
  });

  it('keeps partition names with spaces, and says what is read-only', () => {
    expect(oddDevice.probed.disks).toContainEqual({
      device: 'mmcblk0p2',
      parent: 'mmcblk0',
      size: 102400000,
      readOnly: false,
      label: 'EFI: "slot A", old',
    });
    expect(oddDevice.probed.disks).toContainEqual(
      expect.objectContaining({ device: 'mmcblk0boot0', parent: undefined, readOnly: true }),
    );
  });

  it('does not believe an answer that was cut off', () => {
    const text = sbcText.replace('probe-end=yes', '');
    expect(() => parseProbeFacts(told(text), factsOf(text), nothingElse)).toThrow(
      expect.objectContaining({ code: 'REMOTE_FAILED' }) as Error,
    );
  });
});
