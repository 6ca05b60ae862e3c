import type { ImageFormat, ImageIndex } from '../image/image.js';
import type { Outlook, Refusal, TargetFacts } from './kind.js';
import { keptCut, keptSentences } from './kept-ranges.js';
import { asItIs, unknownContent } from './refusals.js';

/** What the first MiB is while the rest of a disk is written. */
export const firstMiB =
  'The first MiB is invalid until all the rest is written, so that nothing starts half a system.';

/** Whether a block device is a boot partition of an eMMC, by the kernel's name (kernel doc driver-api/mmc/mmc-dev-parts). Pure. */
export const isBootPartition = ({ node }: TargetFacts): boolean =>
  /^\/dev\/mmcblk\d+boot\d+$/.test(node);

const taken: readonly ImageFormat[] = ['boot-loader', 'fit', 'uimage'];

/** Tells why an image must not go to a boot partition of an eMMC, or nothing. Pure. */
export function bootPartitionRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (taken.includes(image.format) || image.raw) return undefined;
  return (
    unknownContent(image, facts) ?? {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} is a boot partition of an eMMC, which takes a boot loader, the image is ${image.format}`,
      hint: `The format is read from the content, not from the name. ${asItIs(image)}`,
    }
  );
}

/** Tells a person what a write to a boot partition of an eMMC means for what is there. Pure. */
export const bootPartitionOutlook = (facts: TargetFacts): Outlook => ({
  lost: [`all that is in ${facts.name}: the boot loader, if it is there`],
  kept: [
    ...keptSentences(facts),
    'the rest of the eMMC, the other boot partition, and which of them the processor starts from',
    ...(facts.force_ro === true
      ? [`the write protection of ${facts.name} (force_ro), which is lifted for the write alone`]
      : []),
  ],
  cut: [
    firstMiB,
    'A device whose boot loader is here does not start then, and needs a way of its processor to be started without it.',
    ...keptCut(facts),
  ].join(' '),
});
