import { describe, expect, it } from 'vitest';
import { parseFacts } from '../../../src/device/facts.js';

const text = [
  'levitate-facts=1',
  'state=normal',
  'uid=0',
  'machine=x86_64',
  'byte-order=big',
  'boot-id=one',
  'ssh-connection=10.0.2.2 4711 10.0.2.15 2222',
  'memtotal-kib=100',
  'memavailable-kib=50',
  'compatible=Standard PC = a = b',
  'init=busybox',
  'init-program=/bin/busybox',
  'init-root=/run/levitate-root',
  'armed=no',
  'mount=ubi0:rootfs / ubifs',
  'mtd=mtd0 04000000 00020000 my flash',
  'ubi-volume=ubi0_1 10 130944 data',
  'block=vda 2048',
  'watchdog=watchdog0 active 30 1 i6300ESB timer',
  'watchdog=watchdog1    old timer',
  'watchdog-feeder=watchdog0 1 systemd',
  'watchdog-feeder=watchdog0 12 inherits it',
  'watchdog-feeder=watchdog2 13 vendor daemon',
  'end=yes',
].join('\n');

describe('parseFacts', () => {
  it('reads what the script prints', () => {
    const facts = parseFacts(text);
    expect(facts).toMatchObject({
      state: 'normal',
      byteOrder: 'big',
      sshPort: 2222,
      memoryAvailable: 50 * 1024,
      compatible: ['Standard PC = a = b'],
      init: 'busybox',
      armed: false,
      mounts: [{ source: 'ubi0:rootfs', point: '/', type: 'ubifs' }],
      mtds: [{ device: 'mtd0', size: 64 << 20, eraseSize: 128 << 10, name: 'my flash' }],
      ubiVolumes: [{ device: 'ubi0_1', name: 'data', size: 1309440 }],
      blocks: [{ device: 'vda', size: 1 << 20 }],
      watchdogs: [
        {
          ...{ device: 'watchdog0', state: 'active', timeout: '30', nowayout: true },
          ...{ identity: 'i6300ESB timer', feeder: { pid: 1, name: 'systemd' } },
        },
        { device: 'watchdog1', state: '', timeout: '', nowayout: false, identity: 'old timer' },
        { device: 'watchdog2', state: '', feeder: { pid: 13, name: 'vendor daemon' } },
      ],
    });
    expect(facts.installed).toBeUndefined();
  });

  it('does not believe an answer that was cut off', () => {
    expect(() => parseFacts(text.replace('\nend=yes', ''))).toThrow(
      expect.objectContaining({ code: 'REMOTE_FAILED' }) as Error,
    );
  });

  it('does not believe a login that only greets', () => {
    expect(() => parseFacts('Welcome!\n')).toThrow(
      expect.objectContaining({ code: 'REMOTE_FAILED' }) as Error,
    );
  });
});
