import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { grubenv } from '../../../src/boot-loader/grubenv.js';
import { readSlots, replaceLoaderFile, slotHasFile } from '../../../src/device/slot-script.js';
import type { BootSpec } from '../../../src/profile/profile.js';
import type { Transport } from '../../../src/ssh/transport.js';

const boot: BootSpec = {
  loader: 'grubenv',
  environment: { device: '/dev/v2', file: '/grub/grubenv' },
  slots: { a: { root: '/dev/a', targets: {} }, b: { root: '/dev/b', targets: {} } },
  ...{ tries: 2, confirmWithinSeconds: 600 },
};

/** A device whose script tells these facts, and what it was sent. */
function telling(...facts: string[]): Transport & { heard: string } {
  const device = {
    heard: '',
    name: 'ssh nobody',
    exec: (_: string, { stdin, onBytes }: Parameters<Transport['exec']>[1] = {}) => {
      device.heard = String(stdin);
      const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(device.heard)?.[1] ?? '';
      const lines = facts.map((fact) => `@${mark} ${fact} ${mark}@\n`).join('');
      onBytes?.(Buffer.from(`@${mark} begin@\n${lines}@${mark} end 0@\n`));
      return Promise.resolve({ stdout: '', stderr: '', code: 0 });
    },
    close: () => Promise.resolve(),
  };
  return device;
}

test('slots and the file are read', async () => {
  const device = telling(
    'slot=a /dev/vda3 1024 yes',
    'slot=b',
    'slot-started=a',
    'loader-bytes=00ff',
    'loader-bytes=0a',
  );
  expect(await readSlots(device, boot, grubenv)).toEqual({
    slots: [
      { slot: 'a', place: { node: '/dev/vda3', bytes: 1024 }, runs: true },
      { slot: 'b', runs: false },
    ],
    started: 'a',
    file: Buffer.from([0, 255, 10]),
  });
  expect(device.heard).toContain("LEVITATE_SLOTS='a /dev/a\nb /dev/b'");
});

test('a refusal of the device is an error of its code', async () => {
  const device = telling('slot-refusal=BOOT_LOADER_UNKNOWN /dev/v2 has no file /grub/grubenv');
  await expect(readSlots(device, boot, grubenv)).rejects.toMatchObject({
    code: 'BOOT_LOADER_UNKNOWN',
    message: '/dev/v2 has no file /grub/grubenv',
  });
});

test('the file is replaced where it is what was read', async () => {
  const [old, file] = [Buffer.from('old'), Buffer.from('n\\w')];
  const device = telling('loader-replaced=yes');
  await replaceLoaderFile(device, boot, grubenv, { old, file });
  expect(device.heard).toContain("LEVITATE_LOADER_NEW='\\156\\134\\167'");
  const sum = createHash('sha256').update(old).digest('hex');
  expect(device.heard).toContain(`LEVITATE_LOADER_OLD='${sum}'`);
  await replaceLoaderFile(telling('loader-replaced=already'), boot, grubenv, { old, file });
  for (const became of ['other', 'failed'])
    await expect(
      replaceLoaderFile(telling(`loader-replaced=${became}`), boot, grubenv, { old, file }),
    ).rejects.toMatchObject({ code: 'SLOT_CHANGED' });
});

test('whether a slot has a file is unknown where it cannot be mounted', async () => {
  expect(await slotHasFile(telling('slot-file=yes'), boot, 'b', '/x')).toBe(true);
  expect(await slotHasFile(telling('slot-file=no'), boot, 'b', '/x')).toBe(false);
  const refusing = telling('slot-refusal=BOOT_LOADER_UNKNOWN /dev/b cannot be mounted');
  expect(await slotHasFile(refusing, boot, 'b', '/x')).toBeUndefined();
});
