import { describe, expect, it } from 'vitest';
import { NotAProfile, storedProfile } from '../../../src/profile/stored.js';
import { profileJson } from '../../../src/rootfs/settings.js';
import { normalised } from '../profiles.js';

const stored = (): Record<string, unknown> =>
  JSON.parse(profileJson(normalised())) as Record<string, unknown>;

const full = () => ({
  ...normalised(),
  compatible: ['acme,ap-2'],
  services: {
    ...normalised().services,
    network: { interface: 'eth0', address: '192.168.1.1/24', gateway: '192.168.1.254' },
    wifi: { interface: 'wlan0', configuration: 'own' as const },
    watchdog: { device: '/dev/watchdog', feedSeconds: 5, timeoutSeconds: 30 },
    getty: 'ttyS0',
    extra: [{ name: 'x', run: ['x', '-y'] }],
  },
  targets: {
    system: { 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } },
    disk: { block: '/dev/cciss/c0d0' },
  },
  commands: {
    beforeEnter: [{ run: ['true'], timeoutSeconds: 30 }],
    afterFlash: [],
  },
  confirm: {
    build: { read: ['cat', '/etc/build-id'], expect: '1.10' },
    hostKey: 'changes' as const,
    timeoutSeconds: 60,
  },
});

describe('a stored profile', () => {
  it('comes back as it was', () => {
    expect(storedProfile(stored())).toEqual(normalised());
    expect(storedProfile(JSON.parse(profileJson(full())))).toEqual(full());
  });

  it('of every version before is filled in', () => {
    const { archive: _, root, services, ...rest } = stored() as Record<string, object>;
    // Before there were several sources, compressions, Wi-Fi and kernel modules.
    const first = { ...rest, services, root: { ...root, from: { kind: 'debian' } } };
    expect(storedProfile(first)).toEqual({
      ...normalised(),
      root: { ...normalised().root, from: [{ kind: 'debian' }] },
    });
    const second = { ...stored(), root: { ...root, from: [{ kind: 'sysroot', name: './s' }] } };
    expect(storedProfile(second).root.from).toEqual([{ kind: 'sysroot', named: undefined }]);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'x'],
    ['a list', []],
    ['nothing', {}],
    ['root', { ...stored(), root: null }],
    ['safety', { ...stored(), safety: { contactTimeoutSeconds: '3m' } }],
    [
      'safety.ramReserveBytes',
      { ...stored(), safety: { ...normalised().safety, ramReserveBytes: -1 } },
    ],
    ['targets.disk', { ...stored(), targets: { disk: { block: '/dev/cciss!c0d0' } } }],
    ['targets.disk', { ...stored(), targets: { disk: null } }],
    ['arch', { ...stored(), arch: 'z80' }],
    [
      'confirm.build.read',
      { ...stored(), confirm: { ...normalised().confirm, build: { read: [] } } },
    ],
    ['services.sshd', { ...stored(), services: { ...normalised().services, sshd: undefined } }],
  ])('that is none is named: %s', (where, value) => {
    const parsed: unknown = JSON.parse(JSON.stringify(value));
    expect(() => storedProfile(parsed)).toThrow(NotAProfile);
    expect(() => storedProfile(parsed)).toThrow(
      where.includes('.') || where === 'arch' ? where : /found/,
    );
  });
});
