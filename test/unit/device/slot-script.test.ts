import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { BootLoader } from '../../../src/boot-loader/loader.js';
import { loaderOf } from '../../../src/boot-loader/loaders.js';
import { readSlots, slotHasFile, writePlace } from '../../../src/device/slot-script.js';
import type { BootSpec } from '../../../src/profile/profile.js';
import { telling } from './telling.js';

const boot: BootSpec = {
  loader: 'grubenv',
  environment: [{ device: '/dev/v2', file: '/grub/grubenv' }],
  slots: { a: { root: '/dev/a', targets: {} }, b: { root: '/dev/b', targets: {} } },
  ...{ tries: 2, confirmWithinSeconds: 600 },
};
const grubenv = loaderOf(boot);

test('slots and the file are read', async () => {
  const device = telling(
    'slot=a /dev/vda3 1024 yes',
    'slot=b',
    'slot-started=a',
    'loader-bytes=block 00ff',
    'loader-bytes=block 0a',
  );
  expect(await readSlots(device, boot, grubenv)).toEqual({
    slots: [
      { slot: 'a', place: { node: '/dev/vda3', bytes: 1024 }, runs: true },
      { slot: 'b', runs: false },
    ],
    started: 'a',
    places: grubenv.places({}),
    state: { block: Buffer.from([0, 255, 10]) },
  });
  expect(device.heard).toContain("LEVITATE_SLOTS='a /dev/a\nb /dev/b'");
  expect(device.heard).toContain(
    "LEVITATE_PLACES='block file /dev/v2 1024 ext4,ext3,ext2,vfat /grub/grubenv'",
  );
});

test('a refusal of the device is an error of its code', async () => {
  const device = telling('slot-refusal=BOOT_LOADER_UNKNOWN /dev/v2 has no file /grub/grubenv');
  await expect(readSlots(device, boot, grubenv)).rejects.toMatchObject({
    code: 'BOOT_LOADER_UNKNOWN',
    message: '/dev/v2 has no file /grub/grubenv',
  });
});

test('a place where nothing is', async () => {
  const { state } = await readSlots(telling('loader-missing=block'), boot, grubenv);
  expect(state).toEqual({ block: undefined });
});

test('places that lead to others are read before those', async () => {
  const [first, second] = [grubenv.places({}), { other: grubenv.places({})['block']! }];
  const leading: BootLoader = {
    ...grubenv,
    places: ({ block }) => ({ ...first, ...(block ? second : {}) }),
  };
  const device = telling('loader-bytes=block 01', 'loader-bytes=other 02');
  const { places, state } = await readSlots(device, boot, leading);
  expect(places).toEqual({ ...first, ...second });
  expect(state).toEqual({ block: Buffer.from([1]), other: Buffer.from([2]) });
  expect(device.heard).toContain("LEVITATE_PLACES='other file");
});

test('in maintenance, what only the running system has is what was read there', async () => {
  const device = loaderOf({ ...boot, loader: 'u-boot-env', environment: [] });
  const config = Buffer.from('/dev/mmcblk0 0x0 0x1000\n');
  const before = {
    ...{ slots: [], started: undefined, places: device.places({}) },
    state: { config },
  };
  const maintenance = telling('loader-bytes=copy-1 01');
  const { state } = await readSlots(maintenance, boot, device, before);
  expect(state).toEqual({ config, 'copy-1': Buffer.from([1]) });
  expect(maintenance.heard).toContain("LEVITATE_PLACES='copy-1 range /dev/mmcblk0 0 4096'");
});

test('a place is replaced where it holds what was read', async () => {
  const [old, bytes] = [Buffer.from('old'), Buffer.from('n\\w')];
  const read = { places: grubenv.places({}), state: { block: old } };
  const write = { do: 'replace', place: 'block', bytes } as const;
  const device = telling('loader-replaced=yes');
  await writePlace(device, read, write);
  expect(device.heard).toContain("LEVITATE_NEW='\\156\\134\\167'");
  const sum = createHash('sha256').update(old).digest('hex');
  expect(device.heard).toContain(`LEVITATE_OLD='${sum}'`);
  await writePlace(telling('loader-replaced=already'), read, write);
  for (const became of ['other', 'failed'])
    await expect(
      writePlace(telling(`loader-replaced=${became}`), read, write),
    ).rejects.toMatchObject({ code: 'SLOT_CHANGED' });
});

test('whether a slot has a file is unknown where it cannot be mounted', async () => {
  expect(await slotHasFile(telling('slot-file=yes'), boot, 'b', '/x')).toBe(true);
  expect(await slotHasFile(telling('slot-file=no'), boot, 'b', '/x')).toBe(false);
  const refusing = telling('slot-refusal=BOOT_LOADER_UNKNOWN /dev/b cannot be mounted');
  expect(await slotHasFile(refusing, boot, 'b', '/x')).toBeUndefined();
});
