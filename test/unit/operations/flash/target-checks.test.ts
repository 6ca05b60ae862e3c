import { expect, test } from 'vitest';
import type { Transport } from '../../../../src/ssh/transport.js';
import type { ImageIndex } from '../../../../src/image/image.js';
import type { KeptVolumes } from '../../../../src/protocol/kept-volumes-file.js';
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
      table: [],
      bodies: ['ab'.repeat(32)],
    },
    ...about,
  });

const mtd = { type: 'target', kind: 'ubi', name: 'mtd ubi', node: '/dev/mtd0', size: 2 ** 24 };
const sound = { ...mtd, peb_size: 131072, min_io: 2048, bad_blocks: 0, volumes: ['rootfs'] };

/** A device that answers with this for the target, and with more for others. */
const answering = (
  target: string,
  answer: object | undefined,
  more: Record<string, object> = {},
): Transport => ({
  name: 'device',
  exec: (_, { stdin, onBytes } = {}) => {
    const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(String(stdin))?.[1] ?? '';
    const lines = Object.entries({ [target]: answer, ...more }).map(
      ([name, said]) =>
        `@${mark} target=${name} ${said === undefined ? '' : JSON.stringify(said)} ${mark}@\n`,
    );
    onBytes?.(Buffer.from(`@${mark} begin@\n${lines.join('')}@${mark} end 0@\n`));
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

const keepingProfile = aProfile({
  flash: { targets: { layout: { ubi: { mtd: 'ubi' }, keep: ['data'] } } },
});
const volume = {
  ...{ type: 'target', kind: 'ubi-volume', name: 'data', node: '/dev/ubi0_1', size: 10 * 126_976 },
  ...{ leb_size: 126_976, volume_type: 'dynamic', alignment: 1, held_bytes: 10 * 126_976 },
  ...{ unread: '', ubi_lebs: 100 },
};
const keepingImage = image({
  ubi: {
    ...image().ubi!,
    table: [{ name: 'rootfs', isStatic: false, lebs: 50, lebSize: 126_976, autoresize: false }],
  },
});
const checkKept = (about: object, consent = {}, waiting: KeptVolumes[] = []) =>
  checkTargets(
    answering(
      'layout',
      { ...sound, volumes: ['rootfs', 'data'] },
      { 'layout/0': { ...volume, ...about } },
    ),
    stack,
    keepingProfile,
    [['layout', keepingImage]],
    consent,
    waiting,
  );

test('a volume that a layout keeps is looked at before entering, and told', async () => {
  const [looked] = await checkKept({});
  expect(looked?.check.verdict).toBe('ok');
  expect(looked?.outlook?.kept[0]).toMatch(/^the content of data .* only copy/);
  expect(looked?.outlook?.lost.join()).not.toContain('data');
});

test.each([
  ['there is no room for it', { ubi_lebs: 59 }, /9 are left of 10/],
  ['it cannot be read', { unread: 'it is damaged' }, /cannot be read: it is damaged/],
])('a layout that keeps a volume is refused before entering: %s', async (_, about, message) => {
  const refused = { code: 'KEEP_REFUSED', message: expect.stringMatching(message) as string };
  await expect(checkKept(about)).rejects.toMatchObject({ ...refused, exit: 3 });
  await expect(checkKept(about, { dropKept: true })).rejects.toMatchObject({
    code: 'VOLUMES_AT_RISK',
  });
});

test('what waits on this machine is what a person is told of', async () => {
  const [looked] = await checkKept({}, {}, [
    {
      ...{ host: 'h', target: 'layout', entryId: '', at: '2026-01-02', state: 'writing' },
      ...{ sequences: [] },
      volumes: [
        {
          ...{ name: 'data', isStatic: false, alignment: 1, lebs: 5, lebSize: 126_976, bytes: 9 },
          ...{ roomLebs: 100, sha256: 'ab'.repeat(32) },
        },
      ],
    },
  ]);
  expect(looked?.outlook?.lost).toContain('what is in the volume data now');
  expect(looked?.outlook?.kept[0]).toContain('2026-01-02');
});
