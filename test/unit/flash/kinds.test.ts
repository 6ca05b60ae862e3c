import { describe, expect, it } from 'vitest';
import { targetKinds, targetOf, type TargetFacts } from '../../../src/flash/target.js';
import type { ImageIndex } from '../../../src/image/image.js';

const image = (more: Partial<ImageIndex>): ImageIndex => ({
  path: 'i',
  compression: 'none',
  raw: false,
  protectedBy: [],
  format: 'unknown',
  length: 1000,
  storedLength: 1000,
  sha256: '',
  chunks: [''],
  ...more,
});
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
      bodySha256: '',
    },
  });
const facts = (more: Partial<TargetFacts>): TargetFacts => ({
  kind: '',
  name: 'it',
  node: '/dev/it',
  size: 1 << 20,
  ...more,
});
const refusal = (kind: string, one: ImageIndex, of: TargetFacts) =>
  targetKinds.find(({ name }) => name === kind)!.refusal(one, of)?.code;

describe('block', () => {
  it('takes a disk image on a disk', () => {
    expect(refusal('block', image({ format: 'disk' }), facts({}))).toBeUndefined();
  });
  it.each(['ext4', 'ubi', 'unknown'] as const)('refuses %s on a whole disk', (format) => {
    expect(refusal('block', image({ format }), facts({ partition: false }))).toBe('IMAGE_FORMAT');
  });
  it('refuses a disk image on a partition', () => {
    expect(refusal('partition', image({ format: 'disk' }), facts({ partition: true }))).toBe(
      'IMAGE_FORMAT',
    );
  });
  it('refuses what is larger than the target', () => {
    expect(refusal('block', image({ format: 'disk', length: 2 << 20 }), facts({}))).toBe(
      'IMAGE_TOO_LARGE',
    );
  });
  it('refuses a read-only device', () => {
    expect(refusal('block', image({ format: 'disk' }), facts({ read_only: true }))).toBe(
      'TARGET_MISSING',
    );
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
  const flash = facts({ peb_size: 65536, unfit: '' });
  it.each(['squashfs', 'uimage', 'fit', 'unknown'] as const)('takes %s', (format) => {
    expect(refusal('mtd', image({ format }), flash)).toBeUndefined();
  });
  it.each(['ubi', 'ubifs', 'disk'] as const)('refuses %s', (format) => {
    expect(refusal('mtd', image({ format }), flash)).toBe('IMAGE_FORMAT');
  });
  it('refuses what the flasher finds unfit, and what is too large', () => {
    expect(refusal('mtd', image({}), facts({ unfit: 'raw NAND' }))).toBe('TARGET_MISSING');
    expect(refusal('mtd', image({ length: (1 << 20) + 1 }), flash)).toBe('IMAGE_TOO_LARGE');
  });
});

describe('targetOf', () => {
  it('finds the kind and the words for the flasher', () => {
    expect(targetOf({ block: '/dev/vda' }).args).toEqual(['block', '/dev/vda']);
    expect(targetOf({ partition: { label: 'data' } }).args).toEqual(['partition', 'label', 'data']);
    expect(targetOf({ mtd: 'firmware' }).args).toEqual(['mtd', 'firmware']);
    expect(targetOf({ ubi: { mtd: 'ubi' } }).args).toEqual(['ubi', 'ubi']);
    expect(targetOf({ 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } }).args).toEqual([
      'ubi-volume',
      'rootfs',
      'ubi',
    ]);
  });
});
