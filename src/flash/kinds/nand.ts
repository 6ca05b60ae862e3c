import { Type } from '@sinclair/typebox';
import { formatBytes } from '../../shared/format-bytes.js';
import { about, strict } from '../../shared/schema-common.js';
import type { ImageIndex } from '../../image/image.js';
import { inform, warn } from '../../progress.js';
import { planChunks } from '../chunks.js';
import { compareInOrder } from '../compare-in-order.js';
import { MtdReference } from '../forms.js';
import { KeptOnNand, keepWords, keptSentences } from '../kept-ranges.js';
import type { Context, Job, NandReport, Refusal, TargetFacts, TargetKind } from '../kind.js';
import { plainFlashRefusal } from '../plain-flash.js';
import { nandPrograms } from '../programs.js';
import { verifyChunks } from '../verify-chunks.js';
import { writeChunks } from '../write-chunks.js';

const form = Type.Object(
  {
    nand: about('an MTD without UBI on raw NAND', MtdReference.properties.mtd),
    keep: KeptOnNand,
  },
  { ...strict, title: 'raw NAND without UBI: bad eraseblocks are passed over' },
);

/** Raw NAND without UBI: an image lies in the eraseblocks that are not bad, in their order. */
export const nand: TargetKind<typeof form> = {
  name: 'nand',
  form,
  places: { mtd: 'raw NAND without UBI, { nand: … }' },
  programs: nandPrograms,
  kernel: [],
  args: (spec) => [spec.nand],
  keeps: ({ keep }) => keepWords(keep),
  check: (image, facts) => plainFlashRefusal(image, facts, noRoom),
  outlook: (_image, facts) => ({
    lost: [`all that is in ${facts.name}`],
    kept: [
      ...keptSentences(facts),
      'the MTDs that share no flash with it, that of the boot loader among them if it is one',
      `its ${facts.bad_blocks ?? 0} bad eraseblocks, which are passed over`,
      'no erase counters: without UBI nothing counts erasures, and nothing spreads them',
    ],
    cut: 'The first eraseblock is empty until all the rest is written: the boot loader finds nothing there to start.',
    cutLeaves: 'nothing',
  }),
  compare: compareInOrder,
  plan: planChunks,
  write: (context, job, lease) => {
    // An eraseblock of the first chunk that goes bad when that is invalidated moves all that was found to be there.
    if (!isThere(job)) job.state.proven.clear();
    return writeChunks(context, job, lease);
  },
  verify: async (context, job, lease) => {
    await verifyChunks(context, job, lease);
    return { nand: await lookAtChip(context, job) };
  },
};

const isThere = ({ image, state }: Job): boolean =>
  image.chunks.every((sha256, index) => sha256 === state.onMedium.chunks[index]);

function noRoom({ length }: ImageIndex, facts: TargetFacts): Refusal | undefined {
  const { name, size, mtd_size: all = size, bad_blocks: bad = 0, spared = [] } = facts;
  if (length <= size) return undefined;
  const [kept] = spared;
  if (kept)
    return {
      code: 'IMAGE_TOO_LARGE',
      message: `the image has ${length} bytes, and ${name} has ${size} for it before what the profile keeps at ${kept.offset}, less its ${bad} bad eraseblocks`,
      hint: 'What goes bad moves all that follows on: on raw NAND an image ends before what is kept.',
    };
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `the image has ${length} bytes, ${name} has ${size} in good eraseblocks, of ${all} in all; ${bad} eraseblocks are bad`,
  };
}

/** Tells of bit flips and of eraseblocks that went bad since the target was looked at first. */
async function lookAtChip(context: Context, { target, facts }: Job): Promise<NandReport> {
  const now = await context.flasher.describe();
  const correctedBits = (now.corrected_bits ?? 0) - (facts.corrected_bits ?? 0);
  const wentBad = (now.bad_blocks ?? 0) - (facts.bad_blocks ?? 0);
  const { ecc_strength: strength = 0, peb_size: eraseSize = 0 } = facts;
  if (correctedBits > 0)
    inform(
      context,
      `${target}: ${correctedBits} bit flips were corrected while it was read${strength > 0 ? `, where ${strength} at once can be` : ''}; none of them is in what was read back.`,
    );
  if (wentBad > 0)
    warn(
      context,
      `${target}: ${wentBad} eraseblocks of ${formatBytes(eraseSize)} went bad, were marked so, and passed over.`,
    );
  return { correctedBits, wentBad };
}
