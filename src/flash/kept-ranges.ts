import { Type, type Static } from '@sinclair/typebox';
import { formatBytes } from '../shared/format-bytes.js';
import { Line, Size, about, optional, strict } from '../shared/schema-common.js';
import { toBytes } from '../shared/units.js';
import type { TargetFacts } from './kind.js';

const Bytes = Type.Union([Type.Integer({ minimum: 0, maximum: 2 ** 49 }), Size], {
  description: 'bytes, or a size with its unit, such as 8MiB',
});

/** A range of a target in bytes. */
export const KeptRange = Type.Object(
  {
    offset: about('where it begins: bytes, or a size with its unit', Bytes),
    length: about('how long it is: bytes, or a size with its unit', Bytes),
  },
  { ...strict, description: '{ offset, length }' },
);

/** What has a name on a disk. */
const Named = Type.Union([
  Type.Literal('partition-table'),
  Type.Object(
    {
      partition: Type.Object(
        { label: about('its name in the present GPT', Line('a GPT partition label')) },
        { ...strict, title: 'a partition of the disk, as it lies there before the write' },
      ),
    },
    { ...strict, description: '{ partition: { label } }' },
  ),
]);

/** More would not fit on the screen that a person agrees to. */
const few = { minItems: 1, maxItems: 12 };

/** `keep` of a disk. */
export const KeptOnDisk = optional(
  Type.Array(Type.Union([KeptRange, ...Named.anyOf]), {
    ...few,
    title:
      'what of it is never written, whatever the image has there: ranges, the present partition table, partitions of the present table; default: nothing',
    description: '{ offset, length }, partition-table, or { partition: { label } }',
  }),
);

const rangesOf = (title: string) =>
  optional(Type.Array(KeptRange, { ...few, title, description: '{ offset, length }' }));

/** `keep` of a partition. */
export const KeptInPartition = rangesOf(
  'what of it is never written, whatever the image has there: ranges, counted from where the partition begins; default: nothing',
);

/** `keep` of flash without a controller. */
export const KeptOnFlash = rangesOf(
  'what of it is never written, whatever the image has there: ranges of whole eraseblocks; default: nothing',
);

/** `keep` of raw NAND. */
export const KeptOnNand = rangesOf(
  'what of it is never written: ranges of whole eraseblocks, by their place on the chip, before which an image must end with all bad eraseblocks; default: nothing',
);

/** What a profile keeps of a target. */
export type KeptRanges = Static<typeof KeptOnDisk>;

const bytesOf = (value: number | string): number =>
  typeof value === 'number' ? value : toBytes(value);

/** Gives the flasher's words for what is kept. Pure. */
export const keepWords = (keep: KeptRanges = []): string[] =>
  keep.map((one) => {
    if (typeof one === 'string') return one;
    if ('partition' in one) return `label:${one.partition.label}`;
    return `${bytesOf(one.offset)}+${bytesOf(one.length)}`;
  });

/** Tells what is wrong with a range whatever the device is, or nothing: no flash is written in parts of 512 bytes. Pure. */
export function keptRangeFault(one: KeptRanges[number]): string | undefined {
  if (typeof one === 'string' || 'partition' in one) return undefined;
  const [offset, length] = [bytesOf(one.offset), bytesOf(one.length)];
  if (length > 0 && offset % 512 === 0 && length % 512 === 0) return undefined;
  return `multiples of 512 bytes, and more than none (offset ${offset}, length ${length})`;
}

/** Tells a person what else a power cut leaves where the beginning of a target is kept, or nothing: it is never invalid. Pure. */
export const keptCut = ({ spared: [first] = [] }: TargetFacts): string[] =>
  first?.offset === 0
    ? [
        `But its first ${formatBytes(first.length)} are kept, and stay valid: where a partition table is there, something of the half-written system may start.`,
      ]
    : [];

/** Tells a person which ranges of a target stay as they are. Pure. */
export const keptSentences = ({ spared = [] }: TargetFacts): string[] => {
  if (spared.length === 0) return [];
  const ranges = spared.map(
    ({ offset, length }) => `${formatBytes(length)} at ${formatBytes(offset)}`,
  );
  return [`by the profile ${ranges.join(', ')}, which are never written`];
};
