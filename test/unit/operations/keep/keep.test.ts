import { expect, it } from 'vitest';
import { keepCheck, keptBy } from '../../../../src/operations/keep/keep.js';
import type { Profile } from '../../../../src/profile/profile.js';
import { anImage } from '../../image/an-image.js';
import { normalised } from '../../profiles.js';
import { read, sbcText } from '../recorded/index.js';

const { facts } = read(sbcText);
const keep: NonNullable<Profile['keep']> = {
  paths: [{ path: '/etc/x\ny', required: false }],
  ...{ into: 'data', within: '', mountedAt: '/', as: 'files' },
};
const profile: Profile = {
  ...normalised(),
  targets: { data: { block: '/dev/sda2' }, other: { block: '/dev/sda3' } },
  keep,
};
const ext4 = anImage({ format: 'ext4' });
const knowing = (...fileSystems: string[]) => ({ features: { ...facts.features, fileSystems } });

it('files are kept where their target is written, and stay where it is not', () => {
  expect(keptBy(profile, [['data', ext4]])).toBe(keep);
  expect(keptBy(profile, [['other', ext4]])).toBeUndefined();
  expect(keptBy(normalised(), [['data', ext4]])).toBeUndefined();
  expect(keepCheck(profile, [['other', ext4]], knowing(), [])).toBeUndefined();
});

it('the row of the preflight names them, and none of their characters reaches a terminal', () => {
  const row = keepCheck(profile, [['data', ext4]], knowing('ext4'), ['helper']);
  expect(row).toMatchObject({ name: 'keep', verdict: 'ok' });
  expect(row?.found).toMatch(/^goes from this system into data: \/etc\/x/);
  expect(row?.found).not.toMatch(/\n/);
});

it('an archive without the helper is refused; what is installed shows later', () => {
  expect(() => keepCheck(profile, [['data', ext4]], knowing('ext4'), [])).toThrow(/no helper/);
  expect(keepCheck(profile, [['data', ext4]], knowing('ext4'), undefined)).toBeDefined();
});

it('a kernel that does not know the file system is refused, unless its module comes along', () => {
  expect(() => keepCheck(profile, [['data', ext4]], knowing('tmpfs'), undefined)).toThrow(
    /does not know ext4/,
  );
  const { root } = profile;
  for (const more of [
    { modules: ['ext4'] },
    { carriedModules: { kernel: undefined, names: ['ext4'] } },
  ])
    expect(
      keepCheck({ ...profile, root: { ...root, ...more } }, [['data', ext4]], knowing(), undefined),
    ).toBeDefined();
});

it('what takes no files is refused by the name of its target', () => {
  const squashfs = anImage({ format: 'squashfs' });
  expect(() => keepCheck(profile, [['data', squashfs]], knowing('ext4'), undefined)).toThrow(
    /^data: kept files cannot be put into/,
  );
});
