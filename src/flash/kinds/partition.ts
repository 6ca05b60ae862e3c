import { Type } from '@sinclair/typebox';
import { Line, about, strict } from '../../shared/schema-common.js';
import { KeptInPartition, keepWords } from '../kept-ranges.js';
import type { TargetKind } from '../kind.js';
import { block } from './block.js';

const form = Type.Object(
  {
    partition: Type.Union(
      [
        Type.Object({ label: about('its name in the GPT', Line('a GPT partition label')) }, strict),
        Type.Object(
          {
            uuid: Type.String({
              pattern: '^[0-9a-fA-F-]+$',
              title: 'its id in the partition table, as blkid(8) and udev show it',
              description: 'a PARTUUID',
            }),
          },
          strict,
        ),
      ],
      { title: 'a partition, by its name or its id' },
    ),
    keep: KeptInPartition,
  },
  { ...strict, title: 'partition by GPT label or PARTUUID' },
);

/** A partition by its GPT name or PARTUUID: once it is found, it is handled as one that is given by its node. */
export const partition: TargetKind<typeof form> = {
  ...block,
  name: 'partition',
  form,
  places: { partition: 'a partition by its name or id, { partition: … }' },
  keeps: ({ keep }) => keepWords(keep),
  args: ({ partition: by }) => ('label' in by ? ['label', by.label] : ['uuid', by.uuid]),
};
