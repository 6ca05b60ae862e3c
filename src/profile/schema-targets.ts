import { Type } from '@sinclair/typebox';
import { AbsolutePath, Line, strict } from './schema-common.js';

const MtdRef = Type.Object({ mtd: Line('an MTD by its name or as mtdN') }, strict);

/** A target of `flash`: one form for each kind. */
export const Target = Type.Union([
  Type.Object({ block: AbsolutePath }, { ...strict, title: 'whole disk or partition node' }),
  Type.Object(
    {
      partition: Type.Union([
        Type.Object({ label: Line('a GPT partition label') }, strict),
        Type.Object(
          { uuid: Type.String({ pattern: '^[0-9a-fA-F-]+$', description: 'a PARTUUID' }) },
          strict,
        ),
      ]),
    },
    { ...strict, title: 'partition by GPT label or PARTUUID' },
  ),
  Type.Object(MtdRef.properties, {
    ...strict,
    title: 'an MTD without UBI, such as NOR, written in place',
  }),
  Type.Object(
    { ubi: MtdRef },
    { ...strict, title: 'a whole ubinized layout, written with ubiformat' },
  ),
  Type.Object(
    { 'ubi-volume': Line('the name of a UBI volume'), on: MtdRef },
    { ...strict, title: 'a volume on an existing UBI device' },
  ),
]);
