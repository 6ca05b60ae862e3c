import { describe, expect, it } from 'vitest';
import { parseFacts } from '../../../src/device/gather-facts.js';
import { factsOf, heard, marked, nothingElse, told, withOwed } from './told.js';

const text = [
  'levitate-facts=1',
  'state=normal',
  'uid=0',
  'machine=x86_64',
  'byte-order=big',
  'kernel=6.1.0',
  'boot-id=2cda6515-57bb-4ecf-b76d-aa68e97e7685',
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
  'stands=dm-0 vda1',
  'mapped=dm-0 LVM my vg-root',
  'array=md0 raid1 1.2',
  'loop=loop0 /my image',
  'network-disk=sda NVMe over a network',
  'mounted=dm-0 ro ext4 /my data',
  'watchdog=watchdog0 active 30 1 i6300ESB timer',
  'watchdog=watchdog1    old timer',
  'watchdog-feeder=watchdog0 1 systemd',
  'watchdog-feeder=watchdog0 12 inherits it',
  'watchdog-feeder=watchdog2 13 vendor daemon',
  'end=yes',
].join('\n');

describe('parseFacts', () => {
  it('reads what the script prints', () => {
    const facts = parseFacts(told(text), nothingElse);
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
      mounted: [{ device: 'dm-0', readOnly: true, type: 'ext4', point: '/my data' }],
      stack: {
        stands: [{ device: 'dm-0', on: 'vda1' }],
        mapped: [{ device: 'dm-0', owner: 'LVM', name: 'my vg-root' }],
        arrays: [{ device: 'md0', level: 'raid1', metadata: '1.2' }],
        loops: [{ device: 'loop0', file: '/my image' }],
        networkDisks: [{ device: 'sda', by: 'NVMe over a network' }],
        rootLayers: '',
      },
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
    expect(() => parseFacts(told(text.replace('\nend=yes', '')), nothingElse)).toThrow(
      expect.objectContaining({ code: 'REMOTE_FAILED' }) as Error,
    );
  });

  it('does not believe a login that only greets', () => {
    expect(() => parseFacts(heard('Welcome!\n'), nothingElse)).toThrow(
      expect.objectContaining({ code: 'REMOTE_FAILED' }) as Error,
    );
  });
});

describe('what is no good value is an error that names the fact', () => {
  it.each([
    ['uid', ''],
    ['uid', 'root'],
    ['uid', '0x0'],
    ['uid', '-1'],
    ['uid', '1e3'],
    ['uid', ' 0'],
    ['machine', ''],
    ['kernel', ''],
    ['boot-id', ''],
    ['boot-id', 'one'],
    ['boot-id', 'cat: not found'],
    ['boot-id', '2cda6515-57bb-4ecf-b76d-aa68e97e7685x'],
    ['mtd', 'mtd0 zzz 00020000 a'],
    ['mtd', 'mtd0 04000000'],
    ['mtd', ''],
    ['ubi-volume', 'ubi0_1  130944 data'],
    ['ubi-volume', 'ubi0_1 10 1e99 data'],
    ['block', 'vda'],
    ['block', 'vda 99999999999999999999'],
    ['block', 'vda NaN'],
    ['stands', 'dm-0'],
    ['mapped', 'dm-0 LVM'],
    ['array', 'md0 raid1'],
    ['keys-file', 'many /root/.ssh/authorized_keys'],
  ])('%s: "%s"', (key, value) => {
    const others = withOwed(text)
      .split('\n')
      .filter((line) => !line.startsWith(`${key}=`));
    const lines = [...others, `${key}=${value}`, 'keys-looked=yes'].join('\n');
    expect(() => parseFacts(told(lines), nothingElse)).toThrow(
      expect.objectContaining({
        code: 'REMOTE_FAILED',
        data: { fact: key, value },
      }) as Error,
    );
  });

  it('a fact that is missing is no good value either', () => {
    for (const key of ['uid', 'machine', 'kernel', 'boot-id']) {
      const lines = text.split('\n').filter((line) => !line.startsWith(`${key}=`));
      expect(() => parseFacts(told(lines.join('\n')), nothingElse)).toThrow(
        `the device does not tell its ${key}`,
      );
    }
  });

  it.each(['', 'unknown', 'NaN', '1.5', '-3'])('memory of "%s" is not known', (value) => {
    const lines = text.replace('memavailable-kib=50', `memavailable-kib=${value}`);
    expect(factsOf(lines).memoryAvailable).toBeUndefined();
  });

  it.each(['', 'x', '0', '65536', '-22'])('a port of "%s" is not known', (port) => {
    expect(factsOf(text.replace('2222', port)).sshPort).toBeUndefined();
  });
});

describe('only what stands between the marks is a fact', () => {
  const wire = marked(text);
  const hostname = (around: string) => parseFacts(heard(around), nothingElse).hostname;

  it.each<[string, (lines: string[]) => string]>([
    ['before', (lines) => `hostname=other\nuid=1000\nlevitate-facts=1\n${lines.join('')}`],
    ['on the same line, without its end', (lines) => `\x1b[0m${lines.join('')}`],
    ['behind the end', (lines) => `${lines.join('')}hostname=other\nbye`],
    ['between', (lines) => lines.join('hostname=other\nuid=1000(me)\n')],
    ['between, without a line end', (lines) => lines.join('hostname=other')],
    ['with the line ends of a terminal', (lines) => lines.join('').replaceAll('\n', '\r\n')],
    ['with marks of another call', (lines) => `@ffff hostname=other ffff@\n${lines.join('')}`],
  ])('printed %s', (_, disturb) => {
    const lines = marked(`hostname=mine\n${text}`).split(/(?<=\n)/);
    expect(hostname(disturb(lines))).toBe('mine');
  });

  it('into one: it is not read, and named', () => {
    const at = wire.indexOf('=/run/levitate-root') + 5;
    for (const noise of ['hello\n', '\n', `@0123456789abcdef uid=0 0123456789abcdef@\n`])
      expect(() => heard(wire.slice(0, at) + noise + wire.slice(at))).toThrow(
        'what the device told of init-root is mixed with',
      );
  });

  it('two hundred thousand of one key are read as quickly as of many', () => {
    const many = `${'mount=/dev/x /mnt ext4\n'.repeat(200_000)}${text}`;
    expect(factsOf(many).mounts).toHaveLength(200_001);
  });
});
