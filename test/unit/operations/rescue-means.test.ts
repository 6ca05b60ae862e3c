import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { GivenKernel } from '../../../src/boot-image/running-kernel.js';
import type { Facts } from '../../../src/device/facts.js';
import { rescueCargo } from '../../../src/operations/rescue/means.js';
import type { Profile } from '../../../src/profile/profile.js';

const mib = 1024 * 1024;
const profile = {
  ...{ arch: 'x86_64', safety: {}, services: {} },
  targets: { disk: { block: '/dev/vda' } },
} as unknown as Profile;
const room = { rootBytes: 8 * mib, needed: 20 * mib };
const rescue = {
  ...{ firmware: 'uefi' as const, disk: 'vda', kernel: '/boot/vmlinuz' },
  ...{ kernelBytes: 8 * mib, moduleBytes: mib },
};
const facts = (about: object): Pick<Facts, 'rescue' | 'init' | 'memoryAvailable' | 'kernel'> => ({
  ...{ init: 'systemd', memoryAvailable: 100 * mib, kernel: '6.1.0' },
  rescue: { ...rescue, ...about },
});
const given = (about: Partial<GivenKernel> = {}): GivenKernel => ({
  ...{ path: 'vmlinuz', bytes: Buffer.alloc(2 * mib), release: '6.1.0', isEfi: true },
  ...about,
});

describe('the kernel of a rescue', () => {
  test('that the device has no file of is asked for', async () => {
    const { means, bytes } = await rescueCargo(
      facts({ kernel: '', kernelBytes: 0 }),
      profile,
      room,
    );
    expect(means).toEqual({ why: expect.stringMatching(/kernel 6\.1\.0 .*--kernel/) as string });
    expect(bytes).toBe(0);
  });

  test.runIf(existsSync('dist/efi/x86_64.efi'))('that was given is taken', async () => {
    const kernel = given();
    const about = facts({ kernel: '', kernelBytes: 0 });
    const cargo = await rescueCargo(about, profile, { ...room, kernel });
    expect(cargo.kernel).toBe(kernel);
    expect(cargo.bytes).toBe(3 * mib);
    expect(cargo.means).toMatchObject({ firmware: 'uefi', disk: 'vda', kernelBytes: 2 * mib });
  });

  test.each([
    ['of another release', { release: '6.1.1' }, 'the kernel 6.1.1, and the device runs 6.1.0'],
    ['that UEFI cannot start', { isEfi: false }, 'no program of UEFI'],
  ])('%s is refused', async (_, about, message) => {
    const call = rescueCargo(facts({}), profile, { ...room, kernel: given(about) });
    await expect(call).rejects.toMatchObject({
      code: 'IMAGE_FORMAT',
      message: expect.stringContaining(message) as string,
    });
  });
});

test('levitate has no boot loader for UEFI on every processor', async () => {
  const arm = { ...profile, arch: 'armv7' } as Profile;
  expect((await rescueCargo(facts({}), arm, room)).means).toEqual({
    why: 'levitate has no boot loader for UEFI on armv7',
  });
});
