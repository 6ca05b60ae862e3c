/** A boot partition of an eMMC on the kernel's own drivers: its protection is lifted while the flasher writes, and at no other time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { minutes, wrote } from '../lines.js';
import { MediaGuest } from './media-guest.js';
import { contents, mib, type Version } from './media.js';

let guest: MediaGuest;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'levitate-emmc-'));
  for (const version of ['first', 'killed'] satisfies Version[])
    await writeFile(join(dir, version), contents[version]);
  guest = await MediaGuest.boot();
}, minutes(5));
afterAll(async () => {
  await guest.stop();
  await rm(dir, { recursive: true, force: true });
});
afterEach(() => guest.proxy.throttle());

const image = (version: Version) => `boot=raw:${join(dir, version)}`;
const protection = (of = 'mmcblk0boot0') => guest.sh(`cat /sys/class/block/${of}/force_ro`);

test('what writes is killed: the next command puts the protection back', async () => {
  expect(await protection()).toBe('1');
  guest.proxy.throttle(2 * mib);
  const flashing = guest.flash(image('first'));
  await flashing.until(wrote(3 * mib));
  expect(await protection()).toBe('0');
  // The other one is nobody's business.
  expect(await protection('mmcblk0boot1')).toBe('1');
  flashing.signal('SIGKILL');
  await flashing.ended;
  await guest.sh('for p in $(pidof helper flasher sh); do [ "$p" = $$ ] || kill -9 "$p"; done');
  guest.proxy.throttle();
  const { exit, last } = await guest.run(image('first'));
  expect(exit, last.message).toBe(0);
  expect(await protection()).toBe('1');
});

test('one that was writable before stays so', async () => {
  await guest.sh('echo 0 >/sys/class/block/mmcblk0boot0/force_ro');
  const { exit, last } = await guest.run(image('killed'));
  expect(exit, last.message).toBe(0);
  expect(await protection()).toBe('0');
  await guest.sh('echo 1 >/sys/class/block/mmcblk0boot0/force_ro');
});

test('one that the card has locked is refused before anything is touched', async () => {
  const held = () => guest.sh('head -c 1048576 /dev/mmcblk0boot0 | sha256sum');
  const before = await held();
  await guest.sh('echo 1 >/sys/class/block/mmcblk0boot0/ro_lock_until_next_power_on');
  const { last } = await guest.run(image('first'));
  expect(last).toMatchObject({
    code: 'TARGET_READ_ONLY',
    message: expect.stringContaining('power') as string,
  });
  expect(await held()).toBe(before);
});
