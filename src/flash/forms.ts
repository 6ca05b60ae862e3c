import { Type } from '@sinclair/typebox';
import { Line, about, strict } from '../shared/schema-common.js';

/** An MTD, as targets that lie on an MTD name it. */
export const MtdReference = Type.Object(
  { mtd: about('the MTD', Line('an MTD by its name or as mtdN')) },
  strict,
);
