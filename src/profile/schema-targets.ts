import { Type } from '@sinclair/typebox';
import { targetKinds, type TargetSpec } from '../flash/target.js';

/** A target of `flash`: one form for each kind. */
export const TargetForm = Type.Unsafe<TargetSpec>(
  Type.Union(
    targetKinds.map(({ form }) => form),
    { title: 'where the target is, in one of these forms' },
  ),
);
