import { Type } from '@sinclair/typebox';
import { AbsolutePath, about, strict } from '../../shared/schema-common.js';
import { compareChunks, planChunks, writeChunks } from '../chunks.js';
import { diskOrPartitionRefusal } from '../block-refusals.js';
import type { TargetKind } from '../kind.js';
import { verifyChunks } from '../verify.js';

const form = Type.Object(
  { block: about('a whole disk or a partition, by its device node', AbsolutePath) },
  { ...strict, title: 'whole disk or partition node' },
);

/** A whole disk or a partition, given by its device node: only the chunks that differ are written. */
export const block: TargetKind<typeof form> = {
  name: 'block',
  form,
  programs: [],
  kernel: [],
  args: (spec) => [spec.block],
  check: diskOrPartitionRefusal,
  compare: compareChunks,
  plan: planChunks,
  write: writeChunks,
  verify: verifyChunks,
};
