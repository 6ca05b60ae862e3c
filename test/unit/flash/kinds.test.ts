import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Consent, TargetFacts } from '../../../src/flash/kind.js';
import { planFlash } from '../../../src/flash/plan.js';
import { targetKinds, targetOf } from '../../../src/flash/target.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';

const image = (more: Partial<ImageIndex>) => anImage({ chunks: [''], ...more });
const ubiImage = (pebSize: number, vidHeaderOffset = 64) =>
  image({
    format: 'ubi',
    length: 4 * pebSize,
    ubi: {
      pebSize,
      vidHeaderOffset,
      dataOffset: 128,
      pebCount: 4,
      volumes: ['rootfs'],
      table: [],
      bodies: [],
    },
  });
const facts = (more: Partial<TargetFacts>): TargetFacts => ({
  kind: '',
  name: 'it',
  node: '/dev/it',
  size: 1 << 20,
  ...more,
});
const check = (kind: string, one: ImageIndex, of: TargetFacts, consent: Consent = {}) =>
  targetKinds.find(({ name }) => name === kind)!.check(one, of, consent);
const refusal = (...[kind, one, of, consent]: Parameters<typeof check>) =>
  check(kind, one, of, consent)?.code;

const disk = (sectorSizes: number[], size = 1000) =>
  image({ format: 'disk', disk: { sectorSizes, size } });

describe('block', () => {
  it('takes a disk image on a disk', () => {
    expect(refusal('block', image({ format: 'disk' }), facts({}))).toBeUndefined();
  });
  it.each(['ext4', 'ubi', 'unknown', 'kernel', 'uimage'] as const)(
    'refuses %s on a whole disk, unless a person says so',
    (format) => {
      const whole = facts({ partition: false });
      expect(refusal('block', image({ format }), whole)).toBe('IMAGE_FORMAT');
      expect(refusal('block', image({ format, raw: true }), whole)).toBeUndefined();
    },
  );
  it('refuses what is larger than the target', () => {
    expect(refusal('block', image({ format: 'disk', length: 2 << 20 }), facts({}))).toBe(
      'IMAGE_TOO_LARGE',
    );
  });
  it('refuses a partition table that reaches beyond the disk, which a kernel would not believe', () => {
    expect(refusal('block', disk([512], (1 << 20) + 512), facts({}))).toBe('IMAGE_TOO_LARGE');
    expect(refusal('block', disk([512], 1 << 20), facts({}))).toBeUndefined();
  });
  it('refuses a read-only device', () => {
    const unfit = { code: 'TARGET_READ_ONLY', message: '/dev/it is read-only' } as const;
    expect(check('block', image({ format: 'disk' }), facts({ unfit }))).toEqual(unfit);
  });
  it.each<[made: number[], of: number | undefined, code: string | undefined]>([
    [[512], 512, undefined],
    [[512], 4096, 'IMAGE_FORMAT'],
    [[4096], 512, 'IMAGE_FORMAT'],
    [[4096], 4096, undefined],
    [[512, 4096], 4096, undefined],
    [[512], undefined, undefined],
  ])('an image for sectors of %j bytes on a disk with %j', (made, of, code) => {
    const target = facts(of === undefined ? {} : { sector_size: of });
    expect(refusal('block', disk(made), target)).toBe(code);
    expect(refusal('block', { ...disk(made), raw: true }, target)).toBe(code);
  });
});

describe('a boot partition of an eMMC', () => {
  const boot = facts({ node: '/dev/mmcblk2boot1', force_ro: true, partition: false });
  it.each(['boot-loader', 'fit', 'uimage'] as const)('takes %s', (format) => {
    expect(refusal('block', image({ format }), boot)).toBeUndefined();
  });
  it.each(['unknown', 'disk', 'ext4'] as const)('takes %s only if a person says so', (format) => {
    expect(refusal('block', image({ format }), boot)).toBe('IMAGE_FORMAT');
    expect(refusal('block', image({ format, raw: true }), boot)).toBeUndefined();
  });
  it('refuses one that its card has locked', () => {
    const unfit = {
      code: 'TARGET_READ_ONLY',
      message: 'it is locked by its card for good',
    } as const;
    expect(check('block', image({ raw: true }), { ...boot, unfit })).toEqual(unfit);
  });

  const kind = targetKinds.find(({ name }) => name === 'block')!;
  const steps = (chunks: string[], of: TargetFacts) =>
    kind.plan(image({ chunks: ['a'] }), { chunks, remains: [], lost: [] }, of.node, of);
  it('has its write protection lifted around what changes it, and says so', () => {
    expect(steps([''], boot).map((step) => step.do)).toEqual([
      ...['lift-protection', 'invalidate', 'write', 'finish', 'restore-protection', 'verify'],
    ]);
    expect(kind.outlook(image({}), boot, {}).kept.join()).toMatch(/force_ro.*for the write alone/);
  });
  it('keeps it where nothing differs, and has none to lift where nobody set it', () => {
    expect(steps(['a'], boot).map((step) => step.do)).toEqual(['verify']);
    const open = { ...boot, force_ro: false };
    expect(steps([''], open).map((step) => step.do)).toEqual([
      'invalidate',
      'write',
      'finish',
      'verify',
    ]);
    expect(kind.outlook(image({}), open, {}).kept.join()).not.toMatch(/force_ro/);
  });
});

describe('ranges that are kept', () => {
  const spared = [
    { offset: 0, length: 17408 },
    { offset: 4 << 20, length: 1 << 20 },
  ];
  const outlook = (kind: string, of: TargetFacts) =>
    targetKinds.find(({ name }) => name === kind)!.outlook(image({}), of, {});
  it.each([
    ['block', facts({ spared })],
    ['block', facts({ spared, partition: true })],
    ['block', facts({ spared, node: '/dev/mmcblk0boot0' })],
    ['mtd', facts({ spared })],
  ])('are told, with what they mean for a power cut', (kind, of) => {
    const { kept, cut } = outlook(kind, of);
    expect(kept[0]).toBe(
      'by the profile 17 KiB at 0 bytes, 1 MiB at 4 MiB, which are never written',
    );
    expect(cut).toMatch(/its first 17 KiB are kept, and stay valid/);
    expect(outlook(kind, { ...of, spared: spared.slice(1) }).cut).not.toMatch(/stay valid/);
    expect(outlook(kind, { ...of, spared: [] }).kept.join()).not.toMatch(/never written/);
  });
  it('stand in the plan', () => {
    const of = facts({ spared });
    const { kind } = targetOf({ block: '/dev/it' });
    const planned = planFlash(
      { target: 'it', kind, facts: of, image: image({ chunks: ['a'] }) },
      { chunks: [''], remains: [], lost: [] },
      { way: 'full', why: 'it was asked for' },
    );
    expect(planned.kept).toEqual(spared);
  });
});

describe('a partition', () => {
  const one = facts({ partition: true, sector_size: 512 });
  it.each([
    ...(['ext4', 'squashfs', 'fat', 'erofs', 'f2fs', 'btrfs', 'xfs', 'fit', 'uimage'] as const),
    ...(['dtb', 'android-boot', 'android', 'cramfs', 'romfs', 'luks', 'lvm'] as const),
  ])('takes %s', (format) => {
    for (const kind of ['block', 'partition'])
      expect(refusal(kind, image({ format }), one)).toBeUndefined();
  });
  it.each(['kernel', 'boot-loader', 'unknown', 'trx', 'ubifs', 'jffs2'] as const)(
    'takes %s only if a person says so',
    (format) => {
      expect(refusal('partition', image({ format }), one)).toBe('IMAGE_FORMAT');
      expect(refusal('partition', image({ format, raw: true }), one)).toBeUndefined();
    },
  );
  it('never takes a whole disk', () => {
    for (const raw of [false, true])
      for (const kind of ['block', 'partition'])
        expect(refusal(kind, image({ format: 'disk', raw }), one)).toBe('IMAGE_FORMAT');
  });
  it.each([
    ['fat', 512, 4096, 'IMAGE_FORMAT'],
    ['ext4', 1024, 4096, 'IMAGE_FORMAT'],
    ['ext4', 4096, 4096, undefined],
    ['xfs', 4096, 512, undefined],
  ] as const)('%s of units of %i on sectors of %i', (format, unit, sector_size, code) => {
    const made = image({ format, largestSector: unit });
    expect(refusal('partition', made, facts({ partition: true, sector_size }))).toBe(code);
  });
});

describe('what is of no known format', () => {
  const targets = [
    ['block', facts({})],
    ['block', facts({ partition: true })],
    ['partition', facts({ partition: true })],
    ['mtd', facts({ unfit: null })],
    ['ubi-volume', facts({ leb_size: 130944 })],
  ] as const;
  it.each(targets)('is refused for %s, and goes there if a person says so', (kind, target) => {
    expect(refusal(kind, image({}), target)).toBe('IMAGE_FORMAT');
    expect(refusal(kind, image({ raw: true }), target)).toBeUndefined();
  });
  it('says how, also for what is compressed', () => {
    const hint = (one: ImageIndex) => check('block', one, facts({}))?.hint;
    expect(hint(image({}))).toContain('TARGET=raw:FILE');
    expect(hint(image({ compression: 'gzip' }))).toContain('decompress');
  });
  it('is never a UBI layout', () => {
    expect(refusal('ubi', image({ raw: true }), facts({ peb_size: 131072 }))).toBe('IMAGE_FORMAT');
  });
});

describe('a compressed kernel', () => {
  const targets = [
    ['mtd', facts({ unfit: null })],
    ['ubi-volume', facts({ leb_size: 130944 })],
    ['partition', facts({ partition: true })],
  ] as const;
  it.each(targets)(
    'goes to %s as it is, or decompressed before, and a person says which',
    (kind, target) => {
      const packed = image({ format: 'kernel', compression: 'lzma' });
      expect(check(kind, packed, target)).toMatchObject({
        code: 'IMAGE_FORMAT',
        hint: expect.stringMatching(/TARGET=raw:FILE.*decompress it before/) as string,
      });
      expect(refusal(kind, image({ raw: true, packed: 'lzma' }), target)).toBeUndefined();
    },
  );
  it.each(['squashfs', 'uimage', 'fit'] as const)('%s is decompressed on the way', (format) => {
    for (const [kind, target] of targets)
      expect(refusal(kind, image({ format, compression: 'xz' }), target)).toBeUndefined();
  });
});

describe('ubi', () => {
  const flash = facts({ peb_size: 131072, min_io: 1 });
  it('takes a layout of its eraseblock size', () => {
    expect(refusal('ubi', ubiImage(131072), flash)).toBeUndefined();
  });
  it('refuses another eraseblock size', () => {
    expect(refusal('ubi', ubiImage(65536), flash)).toBe('IMAGE_FORMAT');
  });
  it('refuses volume headers inside a page', () => {
    expect(refusal('ubi', ubiImage(131072, 64), facts({ peb_size: 131072, min_io: 2048 }))).toBe(
      'IMAGE_FORMAT',
    );
  });
  it('does not count bad eraseblocks as room', () => {
    expect(
      refusal('ubi', ubiImage(131072), facts({ peb_size: 131072, size: 4 * 131072 })),
    ).toBeUndefined();
    expect(
      refusal(
        'ubi',
        ubiImage(131072),
        facts({ peb_size: 131072, size: 4 * 131072, bad_blocks: 1 }),
      ),
    ).toBe('IMAGE_TOO_LARGE');
  });
  it('refuses a file system', () => {
    expect(refusal('ubi', image({ format: 'ubifs' }), flash)).toBe('IMAGE_FORMAT');
  });
});

describe('what a layout takes away', () => {
  const header = Buffer.from(`UBI#${'\0'.repeat(60)}`, 'latin1');
  header[4] = 1;
  header.writeUInt32BE(~crc32(header.subarray(0, 60)) >>> 0, 60);
  const known = header.toString('hex');
  const flash = (more: Partial<TargetFacts>) => facts({ peb_size: 131072, min_io: 1, ...more });

  it('is volumes that the image does not hold, unless a person says that they may go', () => {
    const there = flash({ volumes: ['rootfs', 'data'] });
    expect(check('ubi', ubiImage(131072), there)).toMatchObject({
      code: 'VOLUMES_AT_RISK',
      message: 'the image does not hold data, which would be gone',
      data: { volumes: ['data'] },
    });
    expect(refusal('ubi', ubiImage(131072), there, { dropVolumes: true })).toBeUndefined();
    expect(refusal('ubi', ubiImage(131072), flash({ volumes: ['rootfs'] }))).toBeUndefined();
  });
  it.each([
    [0, 0, undefined],
    [1, 0, undefined],
    [2, 0, 'COUNTERS_AT_RISK'],
    [2, 1, 'COUNTERS_AT_RISK'],
    [2, 2, undefined],
    [19, 0, 'COUNTERS_AT_RISK'],
  ])('is the erase counters, with %i of 20 unknown and %i bad', (unknown, bad_blocks, code) => {
    const headers = Array.from({ length: 20 }, (_, index) => (index < unknown ? '' : known));
    const there = flash({ headers, bad_blocks });
    expect(refusal('ubi', ubiImage(131072), there)).toBe(code);
    expect(refusal('ubi', ubiImage(131072), there, { acceptCounterLoss: true })).toBeUndefined();
  });
  it('is nothing where a volume is written, whose counters UBI keeps', () => {
    const volume = facts({ leb_size: 130944, headers: ['', ''] });
    expect(refusal('ubi-volume', image({ format: 'squashfs' }), volume)).toBeUndefined();
  });
});

describe('ubi-volume', () => {
  const volume = facts({ leb_size: 130944 });
  it('takes UBIFS of its LEB size, and any content without one', () => {
    expect(
      refusal('ubi-volume', image({ format: 'ubifs', ubifsLebSize: 130944 }), volume),
    ).toBeUndefined();
    expect(refusal('ubi-volume', image({ format: 'squashfs' }), volume)).toBeUndefined();
  });
  it('refuses UBIFS of another LEB size', () => {
    expect(refusal('ubi-volume', image({ format: 'ubifs', ubifsLebSize: 126976 }), volume)).toBe(
      'IMAGE_FORMAT',
    );
  });
  it('refuses a whole layout', () => {
    expect(refusal('ubi-volume', ubiImage(131072), volume)).toBe('IMAGE_FORMAT');
  });
});

describe('mtd', () => {
  const flash = facts({ peb_size: 65536, unfit: null });
  it.each(['squashfs', 'uimage', 'fit', 'jffs2', 'trx', 'kernel', 'boot-loader'] as const)(
    'takes %s',
    (format) => {
      expect(refusal('mtd', image({ format }), flash)).toBeUndefined();
    },
  );
  it('refuses UBI behind something else, unless a person says so', () => {
    const factory = image({ format: 'uimage', ubiBehind: 4 << 20 });
    expect(refusal('mtd', factory, facts({ unfit: null }))).toBe('IMAGE_FORMAT');
    expect(refusal('mtd', { ...factory, raw: true }, facts({ unfit: null }))).toBeUndefined();
  });
  it.each(['ubi', 'ubifs', 'disk'] as const)('refuses %s', (format) => {
    expect(refusal('mtd', image({ format }), flash)).toBe('IMAGE_FORMAT');
  });
  it('refuses what the flasher finds unfit, and what is too large', () => {
    expect(
      refusal(
        'mtd',
        image({}),
        facts({ unfit: { code: 'TARGET_UNSUPPORTED', message: 'raw NAND' } }),
      ),
    ).toBe('TARGET_UNSUPPORTED');
    expect(refusal('mtd', image({ length: (1 << 20) + 1 }), flash)).toBe('IMAGE_TOO_LARGE');
  });
});

describe('nand', () => {
  const flash = facts({
    peb_size: 131072,
    size: 6 * 131072,
    mtd_size: 1 << 20,
    bad_blocks: 2,
    unfit: null,
  });
  it.each(['squashfs', 'uimage', 'fit', 'jffs2', 'kernel'] as const)('takes %s', (format) => {
    expect(refusal('nand', image({ format }), flash)).toBeUndefined();
  });
  it.each(['ubi', 'ubifs', 'disk', 'btrfs'] as const)('refuses %s', (format) => {
    expect(refusal('nand', image({ format }), flash)).toBe('IMAGE_FORMAT');
  });
  it('refuses what the flasher finds unfit', () => {
    const unfit = { code: 'TARGET_UNSUPPORTED' as const, message: 'it holds UBI' };
    expect(refusal('nand', image({ format: 'fit' }), facts({ unfit }))).toBe('TARGET_UNSUPPORTED');
  });
  it('does not count bad eraseblocks as room, and says the numbers', () => {
    expect(refusal('nand', image({ format: 'fit', length: 6 * 131072 }), flash)).toBeUndefined();
    expect(check('nand', image({ format: 'fit', length: 6 * 131072 + 1 }), flash)).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message:
        'the image has 786433 bytes, it has 786432 in good eraseblocks, of 1048576 in all; 2 eraseblocks are bad',
    });
  });
  it('counts only what lies before ranges that are kept as room', () => {
    const kept = facts({
      ...flash,
      spared: [{ offset: 8 * 131072, length: 131072 }],
    });
    expect(refusal('nand', image({ format: 'fit', length: 6 * 131072 }), kept)).toBeUndefined();
    expect(check('nand', image({ format: 'fit', length: 6 * 131072 + 1 }), kept)).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message:
        'the image has 786433 bytes, and it has 786432 for it before what the profile keeps at 1048576, less its 2 bad eraseblocks',
    });
    expect(
      targetKinds.find(({ name }) => name === 'nand')!.outlook(image({}), kept, {}).kept[0],
    ).toBe('by the profile 128 KiB at 1 MiB, which are never written');
  });
  it('tells that erase counters have no place there', () => {
    const kind = targetKinds.find(({ name }) => name === 'nand')!;
    expect(kind.outlook(image({}), flash, {}).kept.join()).toMatch(/no erase counters/);
  });
});

describe('targetOf', () => {
  it('finds the kind and the words for the flasher', () => {
    expect(targetOf({ block: '/dev/vda' }).args).toEqual(['block', '/dev/vda']);
    expect(targetOf({ partition: { label: 'data' } }).args).toEqual(['partition', 'label', 'data']);
    expect(targetOf({ mtd: 'firmware' }).args).toEqual(['mtd', 'firmware']);
    expect(targetOf({ nand: 'kernel' }).args).toEqual(['nand', 'kernel']);
    expect(targetOf({ ubi: { mtd: 'ubi' } }).args).toEqual(['ubi', 'ubi']);
    expect(targetOf({ 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } }).args).toEqual([
      'ubi-volume',
      'rootfs',
      'ubi',
    ]);
  });
});
