import { expect, it } from 'vitest';
import { placeTargets } from '../../../../src/operations/wear/place-targets.js';
import type { Profile } from '../../../../src/profile/profile.js';
import type { ExecOptions, Transport } from '../../../../src/ssh/transport.js';

const profile = {
  targets: {
    disk: { block: '/dev/mmcblk0' },
    data: { partition: { label: 'data' } },
    system: { 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } },
    detached: { 'ubi-volume': 'other', on: { mtd: 'mtd7' } },
    gone: { mtd: 'gone' },
    silent: { mtd: 'silent' },
  },
} as unknown as Profile;

const target = (kind: string, fields: object) => ({
  type: 'target',
  kind,
  name: 'x',
  size: 1,
  ...fields,
});
const answers: Record<string, object> = {
  disk: target('block', { node: '/dev/mmcblk0', within: '' }),
  data: target('partition', { node: '/dev/mmcblk0p2', within: '/dev/mmcblk0' }),
  system: target('ubi-volume', { node: '/dev/ubi0_1', within: '/dev/mtd3' }),
  detached: { type: 'error', code: 'UBI_DETACHED', message: 'mtd7 holds no UBI that is attached' },
  gone: { type: 'error', code: 'TARGET_MISSING', message: 'there is no MTD named gone' },
};

const device: Transport = {
  name: 'test',
  exec: (_, { stdin, onBytes }: ExecOptions = {}) => {
    const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(String(stdin))?.[1] ?? '';
    const facts = Object.entries(answers)
      .map(([name, answer]) => `@${mark} target=${name} ${JSON.stringify(answer)} ${mark}@\n`)
      .join('');
    onBytes?.(Buffer.from(`@${mark} begin@\n${facts}@${mark} end 0@\n`));
    return Promise.resolve({ stdout: '', stderr: '', code: 0 });
  },
  close: () => Promise.resolve(),
};

const placed = async (...targets: string[]) =>
  Object.fromEntries(await placeTargets(device, profile, targets));

it('finds what each target lies on, and what a volume does whose UBI is not attached', async () => {
  expect(await placed('disk', 'data', 'system', 'detached', 'mtd0', 'toString')).toEqual({
    ...{ disk: 'mmcblk0', data: 'mmcblk0', system: 'mtd3', detached: 'mtd7' },
  });
});

it.each([
  ['gone', 'gone: there is no MTD named gone'],
  ['silent', 'silent: the device does not tell where it is'],
])('says that %s is not there', async (name, message) => {
  await expect(placed(name)).rejects.toMatchObject({ code: 'TARGET_MISSING', message });
});
