import { Type } from '@sinclair/typebox';
import { planChunks } from '../../../src/flash/chunks.js';
import { compareChunks } from '../../../src/flash/compare-chunks.js';
import type { TargetKind } from '../../../src/flash/kind.js';
import { tooLarge } from '../../../src/flash/refusals.js';
import { verifyChunks } from '../../../src/flash/verify-chunks.js';
import { writeChunks } from '../../../src/flash/write-chunks.js';
import { about, AbsolutePath, strict } from '../../../src/shared/schema-common.js';

const form = Type.Object(
  { file: about('a regular file of the maintenance root', AbsolutePath) },
  { ...strict, title: 'a regular file, written in place' },
);

/** A regular file of the maintenance root, written in place. */
export const file: TargetKind<typeof form> = {
  name: 'file',
  form,
  places: {},
  programs: [],
  kernel: [],
  args: (spec) => [spec.file],
  check: tooLarge,
  outlook: (_image, { name }) => ({
    lost: [`all that is in ${name}`],
    kept: ['other files'],
    cut: 'It is gone: it lies in RAM.',
  }),
  compare: compareChunks,
  plan: planChunks,
  write: writeChunks,
  verify: verifyChunks,
};
