import type { TargetKind } from '../target.js';
import { blockRefusal } from './block.js';

/** A partition by its GPT name or PARTUUID. */
export const partition: TargetKind = {
  name: 'partition',
  args: (spec) => {
    if (!('partition' in spec)) return undefined;
    return 'label' in spec.partition
      ? ['label', spec.partition.label]
      : ['uuid', spec.partition.uuid];
  },
  refusal: blockRefusal,
  write: 'chunks',
  readBack: 'chunks',
  counters: false,
};
