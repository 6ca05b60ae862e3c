import { expect, test } from 'vitest';
import { profileJson } from '../../../src/rootfs/settings.js';
import { storedProfile } from '../../../src/profile/stored.js';
import { normalise } from '../../../src/profile/normalise.js';
import { semanticViolations } from '../../../src/profile/semantics.js';
import type { RawProfile } from '../../../src/profile/schema.js';

const raw = (
  firmware: object = {},
  keep?: NonNullable<RawProfile['flash']>['keep'],
): RawProfile => ({
  name: 'router',
  arch: 'mipsel',
  flash: {
    targets: { firmware: { sysupgrade: { mtd: 'ubi' }, ...firmware } },
    ...(keep ? { keep } : {}),
  },
});
const profile = (...args: Parameters<typeof raw>) =>
  normalise(raw(...args), { authorizedKeys: [], files: {}, sysroots: {} });

test('an OpenWrt is two targets, and the volume that takes the rest', () => {
  const { targets, groups } = profile();
  const on = { mtd: 'ubi' };
  expect(targets).toEqual({
    'firmware/root': { 'openwrt-volume': 'rootfs', on, rest: 'rootfs_data' },
    'firmware/kernel': { 'openwrt-volume': 'kernel', on, rest: 'rootfs_data' },
  });
  expect(groups).toEqual({ firmware: { root: 'firmware/root', kernel: 'firmware/kernel' } });
});

test('its kernel may lie elsewhere, and its volumes have other names', () => {
  const volumes = { root: 'ubi_rootfs', data: 'overlay' };
  const { targets } = profile({ kernel: { nand: 'kernel' }, volumes });
  expect(targets).toMatchObject({
    'firmware/root': { 'openwrt-volume': 'ubi_rootfs', rest: 'overlay' },
    'firmware/kernel': { nand: 'kernel' },
  });
});

test('what is kept goes to its settings, as OpenWrt restores them', () => {
  expect(profile({}, ['/etc/config']).keep).toMatchObject({
    ...{ into: 'firmware/root', as: 'sysupgrade.tgz' },
  });
  const wrong = (keep: object) =>
    semanticViolations(raw({}, { paths: ['/etc/config'], ...keep })).map(({ path }) =>
      path.join('.'),
    );
  expect(wrong({})).toEqual([]);
  expect(wrong({ paths: undefined, list: 'sysupgrade' })).toEqual([]);
  expect(wrong({ paths: undefined })).toEqual(['flash.keep']);
  expect(wrong({ as: 'files' })).toEqual(['flash.keep.as']);
  expect(wrong({ 'mounted-at': '/etc' })).toContain('flash.keep.mounted-at');
});

test('what the device keeps of the profile is read again', () => {
  const one = profile({}, { paths: ['/etc/config'], list: 'sysupgrade' });
  expect(one.keep).toMatchObject({ list: 'sysupgrade' });
  expect(storedProfile(JSON.parse(profileJson(one)))).toMatchObject({
    ...{ targets: one.targets, groups: one.groups, keep: one.keep },
  });
});
