import { Type } from '@sinclair/typebox';
import { about, strict } from '../../shared/schema-common.js';
import { planChunks } from '../chunks.js';
import { compareChunks } from '../compare-chunks.js';
import { MtdReference } from '../forms.js';
import { wholeImage } from '../keep-place.js';
import { KeptOnFlash, keepWords, keptCut, keptSentences } from '../kept-ranges.js';
import type { TargetKind } from '../kind.js';
import { plainFlashRefusal } from '../plain-flash.js';
import { mtdPrograms } from '../programs.js';
import { tooLarge } from '../refusals.js';
import { verifyChunks } from '../verify-chunks.js';
import { writeChunks } from '../write-chunks.js';

const form = Type.Object(
  {
    mtd: about('an MTD without UBI, such as NOR', MtdReference.properties.mtd),
    keep: KeptOnFlash,
  },
  { ...strict, title: 'an MTD without UBI, such as NOR, written in place' },
);

/** An MTD without UBI, such as NOR, written in place: eraseblocks that differ, the first one last. */
export const mtd: TargetKind<typeof form> = {
  name: 'mtd',
  form,
  places: { mtd: 'an MTD without UBI, such as NOR, { mtd: … }' },
  programs: mtdPrograms,
  kernel: [],
  args: (spec) => [spec.mtd],
  keeps: ({ keep }) => keepWords(keep),
  check: (image, facts) => plainFlashRefusal(image, facts, tooLarge),
  keepPlace: (image, within) => wholeImage(image, within, ['jffs2']),
  outlook: (_image, facts) => ({
    lost: [`all that is in ${facts.name}`],
    kept: [
      ...keptSentences(facts),
      'the MTDs that share no flash with it, that of the boot loader among them if it is one',
    ],
    cut: [
      'The first eraseblock is empty until all the rest is written: the boot loader finds nothing there to start.',
      ...keptCut(facts),
    ].join(' '),
    cutLeaves: 'nothing',
  }),
  compare: compareChunks,
  plan: planChunks,
  write: writeChunks,
  verify: verifyChunks,
};
