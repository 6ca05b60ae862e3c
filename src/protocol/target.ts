import { Type, type Static } from '@sinclair/typebox';
import { count, flag, nullable, text, texts } from './values.js';

/** Why nothing may be written to a target. */
export const Unfit = Type.Object(
  {
    code: Type.Union([Type.Literal('TARGET_READ_ONLY'), Type.Literal('TARGET_UNSUPPORTED')], {
      description: 'a code of levitate',
    }),
    message: text('for people'),
  },
  { description: 'why nothing may be written there' },
);

/** A range of a target that is never written. */
export const SparedRange = Type.Object(
  { offset: count('the byte of the target at which it begins'), length: count('bytes') },
  { description: 'a range that is never written' },
);

/** A partition that the kernel knows of a disk. */
export const PartitionExtent = Type.Object(
  {
    node: text('its device file'),
    label: text('its GPT name; empty where it has none'),
    offset: count('byte of the disk at which it begins'),
    length: count('bytes'),
  },
  { description: 'a partition of the disk' },
);
/** A partition of a disk, in bytes of it. */
export type PartitionExtent = Static<typeof PartitionExtent>;

/** What a rescue of a disk is made of in this maintenance system, and where the disk has one. */
export const RescueParts = Type.Object(
  {
    firmware: Type.Union([Type.Literal('bios'), Type.Literal('uefi')], {
      description: 'what the device starts by',
    }),
    disk: text('the disk, as sysfs names it, that the old system lay on'),
    kernel_bytes: count('of the kernel; 0 where it is not at hand'),
    archive_bytes: count('that the archive has at most'),
    words: text('of the command line of the kernel'),
    boot_option: text(
      'the load option by which UEFI has started the old system, in hexadecimal digits; empty where none is known',
    ),
    offset: count('the byte of the disk at which its rescue begins; 0 where it has none'),
    length: count('bytes of that rescue'),
  },
  { description: 'what a rescue is made of, and where one lies' },
);
/** The parts of a rescue, as the flasher tells of them. */
export type RescueParts = Static<typeof RescueParts>;

/** What the flasher knows of a target on this device. */
export const Target = Type.Object({
  kind: text('the kind of target'),
  name: text('what it is called for people'),
  node: text('the device file'),
  within: Type.Optional(
    text('the device file of what it is a part of: the disk, the MTD; empty if of nothing'),
  ),
  size: count('bytes'),
  force_ro: Type.Optional(
    flag(
      'whether the kernel keeps it from being written, as it does with the boot partitions of an eMMC; that is lifted for the write alone',
    ),
  ),
  partition: Type.Optional(flag('whether it is a partition')),
  sector_size: Type.Optional(
    count('bytes of a logical sector of the disk, the unit that its partition table counts in'),
  ),
  peb_size: Type.Optional(count('bytes of a physical eraseblock')),
  leb_size: Type.Optional(count('bytes of a logical eraseblock')),
  min_io: Type.Optional(count('bytes of the least that can be written: a page or a subpage')),
  bad_blocks: Type.Optional(count('eraseblocks of the MTD that are marked bad')),
  corrected_bits: Type.Optional(
    count('bit flips that the driver of the NAND has corrected since it was started'),
  ),
  ecc_strength: Type.Optional(
    count('bit flips that can be corrected in each step of its code; 0 where that is not known'),
  ),
  mtd_size: Type.Optional(count('bytes of the MTD below')),
  volumes: Type.Optional(texts('names of the UBI volumes on it')),
  free_lebs: Type.Optional(
    count('logical eraseblocks of the UBI that no volume needs; leftovers count among them'),
  ),
  pinned: Type.Optional(
    text('why no new volume can take the place of this one; empty where one can'),
  ),
  rest: Type.Optional(
    text(
      'the name of the volume that gets what the others leave of the UBI; empty where none does',
    ),
  ),
  rest_lebs: Type.Optional(
    count('logical eraseblocks that it has, which count as free; 0 where there is none'),
  ),
  leftovers: Type.Optional(texts('names of volumes that an interrupted run has left')),
  volume_type: Type.Optional(text('of a UBI volume: `static` or `dynamic`')),
  alignment: Type.Optional(
    count('the number that the bytes of a logical eraseblock of the volume are a multiple of'),
  ),
  held_bytes: Type.Optional(count('bytes of the content of a UBI volume')),
  unread: Type.Optional(
    text('why the content of a UBI volume cannot be read; empty where it can be'),
  ),
  ubi_lebs: Type.Optional(
    count('logical eraseblocks that all volumes of the UBI can have together'),
  ),
  head: Type.Optional(
    text('how what lies there now begins, in hexadecimal digits; empty where that cannot be read'),
  ),
  unfit: Type.Optional(nullable(Unfit)),
  spared: Type.Optional(
    Type.Array(SparedRange, {
      description:
        'ranges that are never written, in their order; hashes have zeros in their place',
    }),
  ),
  partitions: Type.Optional(
    Type.Array(PartitionExtent, { description: 'of a disk: what the kernel knows of its table' }),
  ),
  rescue: Type.Optional(nullable(RescueParts)),
});
