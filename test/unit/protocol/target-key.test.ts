import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { targetKey } from '../../../src/protocol/target-key.js';

const shell = (args: string[]): string =>
  execFileSync(
    'sh',
    [
      '-c',
      '. "$0"; find_key "$@"; printf %s "$target_key"',
      'initramfs/root/usr/lib/levitate/flasher/target.sh',
      ...args,
    ],
    { encoding: 'utf8', env: { ...process.env, LEVITATE_CHUNK_BYTES: '1', LC_ALL: 'C' } },
  );

it.each([
  [['block', '/dev/vda'], 'block-_dev_vda'],
  [['partition', 'label', 'my dätä'], 'partition-label_my_d__t__'],
  [['ubi-volume', 'rootfs', 'mtd', 'ubi'], 'ubi-volume-rootfs_mtd_ubi'],
])('both halves call a target the same: %j', (args, key) => {
  expect(targetKey(args)).toBe(key);
  expect(shell(args)).toBe(key);
});
