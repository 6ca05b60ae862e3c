import { expect, test } from 'vitest';
import type { Transport } from '../../../../src/ssh/transport.js';
import type { ImageIndex } from '../../../../src/image/image.js';
import { checkTargets } from '../../../../src/operations/flash/target-checks.js';
import { factsOf } from '../../device/told.js';
import { anImage } from '../../image/an-image.js';
import { aProfile } from '../../rootfs/a-profile.js';

const profile = aProfile({
  flash: {
    targets: { layout: { ubi: { mtd: 'ubi' } }, volume: { 'ubi-volume': 'a', on: { mtd: 'ubi' } } },
  },
});

const image = (about: Partial<ImageIndex> = {}) =>
  anImage({
    path: 'x.ubi',
    format: 'ubi',
    length: 1024 * 1024,
    storedLength: 1024 * 1024,
    sha256: 'ab'.repeat(32),
    chunks: ['ab'.repeat(32)],
    ubi: {
      pebSize: 131072,
      vidHeaderOffset: 2048,
      dataOffset: 4096,
      pebCount: 8,
      volumes: ['rootfs'],
      bodies: ['ab'.repeat(32)],
    },
    ...about,
  });

const mtd = { type: 'target', kind: 'ubi', name: 'mtd ubi', node: '/dev/mtd0', size: 2 ** 24 };
const sound = { ...mtd, peb_size: 131072, min_io: 2048, bad_blocks: 0, volumes: ['rootfs'] };

/** A device that answers with this for the target. */
const answering = (target: string, answer: object | undefined): Transport => ({
  name: 'device',
  exec: (_, { stdin, onBytes } = {}) => {
    const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(String(stdin))?.[1] ?? '';
    const json = answer === undefined ? '' : JSON.stringify(answer);
    onBytes?.(
      Buffer.from(`@${mark} begin@\n@${mark} target=${target} ${json} ${mark}@\n@${mark} end 0@\n`),
    );
    return Promise.resolve({ stdout: '', stderr: '', code: 0 });
  },
  close: () => Promise.resolve(),
});

const { stack } = factsOf(
  [
    'levitate-facts=1',
    'mapped=dm-0 LVM vg-root',
    'array=md0 raid1 1.2',
    'stands=dm-0 md0',
    'end=yes',
  ].join('\n'),
);

const refusal = (code: string, message: string): object => ({ type: 'error', code, message });

test.each<[string, object | undefined, Partial<ImageIndex>, string]>([
  ['it fits', sound, {}, 'ok'],
  ['there is no answer', undefined, {}, 'warning'],
  ['UBI is not attached yet', refusal('UBI_DETACHED', 'mtd0 holds no UBI'), {}, 'warning'],
])('%s', async (_, answer, about, verdict) => {
  const [looked] = await checkTargets(
    answering('layout', answer),
    stack,
    profile,
    [['layout', image(about)]],
    {},
  );
  expect(looked?.check).toMatchObject({ name: 'target layout', verdict });
  expect(looked?.outlook === undefined).toBe(verdict !== 'ok');
});

test.each<[string, object, Partial<ImageIndex>, object]>([
  ['another eraseblock size', { ...sound, peb_size: 65536 }, {}, { code: 'IMAGE_FORMAT', exit: 2 }],
  ['too little room', { ...sound, size: 65536 }, {}, { code: 'IMAGE_TOO_LARGE', exit: 3 }],
  [
    'a volume that would go',
    { ...sound, volumes: ['data'] },
    {},
    { code: 'VOLUMES_AT_RISK', exit: 3 },
  ],
  ['no such MTD', refusal('TARGET_MISSING', 'none'), {}, { code: 'TARGET_MISSING', exit: 3 }],
  ['two of them', refusal('TARGET_AMBIGUOUS', 'two'), {}, { code: 'TARGET_AMBIGUOUS', exit: 3 }],
])('refused before entering: %s', async (_, answer, about, error) => {
  const looked = checkTargets(
    answering('layout', answer),
    stack,
    profile,
    [['layout', image(about)]],
    {},
  );
  await expect(looked).rejects.toMatchObject(error);
});

test.each([
  [true, /; its write protection \(force_ro\) is lifted for the write alone$/],
  [false, /iB\)$/],
])(
  'a boot partition whose protection is lifted for the write (%s) is told so',
  async (force_ro, found) => {
    const boot = aProfile({ flash: { targets: { boot: { block: '/dev/mmcblk0boot0' } } } });
    const answer = {
      ...{ type: 'target', kind: 'block', name: '/dev/mmcblk0boot0', node: '/dev/mmcblk0boot0' },
      ...{ size: 4 << 20, unfit: null, force_ro },
    };
    const given: [string, ImageIndex][] = [['boot', image({ format: 'boot-loader' })]];
    const [looked] = await checkTargets(answering('boot', answer), stack, boot, given, {});
    expect(looked?.check.found).toMatch(found);
  },
);

test('a boot partition that its card has locked is refused before entering', async () => {
  const boot = aProfile({ flash: { targets: { boot: { block: '/dev/mmcblk0boot0' } } } });
  const answer = {
    ...{ type: 'target', kind: 'block', name: '/dev/mmcblk0boot0', node: '/dev/mmcblk0boot0' },
    ...{
      size: 4 << 20,
      unfit: { code: 'TARGET_READ_ONLY', message: 'it is locked' },
      force_ro: false,
    },
  };
  const given: [string, ImageIndex][] = [['boot', image({ format: 'boot-loader' })]];
  const looked = checkTargets(answering('boot', answer), stack, boot, given, {});
  await expect(looked).rejects.toMatchObject({ code: 'TARGET_READ_ONLY', exit: 3 });
});

test('what a person consents to is no refusal', async () => {
  const [looked] = await checkTargets(
    answering('layout', { ...sound, volumes: ['data'] }),
    stack,
    profile,
    [['layout', image()]],
    { dropVolumes: true },
  );
  expect(looked).toMatchObject({
    check: { verdict: 'ok' },
    outlook: { lost: [expect.stringContaining('data'), 'for good, the volumes data'] },
  });
});

test('a driver that the profile brings may lead to what is missing now', async () => {
  const bringing = { ...profile, root: { ...profile.root, modules: ['nand'] } };
  const none = refusal('TARGET_MISSING', 'there is no MTD named ubi');
  const [looked] = await checkTargets(
    answering('layout', none),
    stack,
    bringing,
    [['layout', image()]],
    {},
  );
  expect(looked?.check).toMatchObject({ verdict: 'warning', found: 'there is no MTD named ubi' });
});

test.each([
  ['/dev/dm-0', '', 'vg-root (LVM) on md0 (raid1)'],
  ['/dev/md0p1', '/dev/md0', 'md0 (raid1)'],
])('%s is not there in maintenance', async (node, within, what) => {
  const disk = aProfile({ flash: { targets: { disk: { block: node } } } });
  const answer = { type: 'target', kind: 'block', name: node, node, within, size: 2 ** 24 };
  const asked = answering('disk', answer);
  await expect(checkTargets(asked, stack, disk, [['disk', image()]], {})).rejects.toMatchObject({
    code: 'TARGET_UNSUPPORTED',
    message: `disk: in maintenance there is no ${node}, because it is taken apart: ${what}`,
    exit: 3,
  });
});
