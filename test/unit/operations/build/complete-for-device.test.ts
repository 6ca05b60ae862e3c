import { describe, expect, it } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import { completeForDevice } from '../../../../src/operations/build/complete-for-device.js';
import type { Profile } from '../../../../src/profile/profile.js';
import { aProfile } from '../../rootfs/a-profile.js';
import { factsOf } from '../../device/told.js';

const mapped = factsOf('levitate-facts=1\nmapped=dm-0 LVM vg-root\nend=yes');
const tools = ({ root }: Profile) => Promise.resolve(root.tools);

describe('completeForDevice', () => {
  it('builds with dmsetup for a device that has the device mapper, and says so', async () => {
    const said: unknown[] = [];
    const run = { onProgress: (event: unknown) => said.push(event) };
    const profile = aProfile({ root: { tools: ['strace'] } });
    expect(await completeForDevice(profile, mapped, [], tools, run)).toEqual(['strace', 'dmsetup']);
    expect(said).toMatchObject([
      { message: 'The device has vg-root (LVM): dmsetup comes along, to take that apart.' },
    ]);
  });

  it.each<[string, Profile]>([
    ['lists it', aProfile({ root: { tools: ['dmsetup'] } })],
    [
      'lists it with its package',
      aProfile({ root: { tools: [{ package: 'dmsetup', programs: ['dmsetup'] }] } }),
    ],
    ['has it as a file', aProfile({}, { files: { '/sbin/dmsetup': '/x/dmsetup' } })],
  ])('builds nothing where the profile %s', async (_, profile) => {
    expect(await completeForDevice(profile, mapped, [], tools, {})).toBeUndefined();
  });

  it('builds nothing where the helper does that', async () => {
    const built = await completeForDevice(aProfile(), mapped, ['helper'], tools, {});
    expect(built).toBeUndefined();
  });

  it('builds nothing for a device without', async () => {
    const plain = factsOf('levitate-facts=1\nend=yes');
    expect(await completeForDevice(aProfile(), plain, [], tools, {})).toBeUndefined();
  });

  it('says what to list where a lock or a source does not have it', async () => {
    const build = () => Promise.reject(new LevitateError('LOCK_DIFFERS', 'x', { hint: 'Lock.' }));
    await expect(completeForDevice(aProfile(), mapped, [], build, {})).rejects.toMatchObject({
      code: 'LOCK_DIFFERS',
      hint: 'Lock. This device needs dmsetup: list it under root.tools of the profile.',
    });
  });
});
