import { Type } from '@sinclair/typebox';
import { targetGroups, type GroupSpec } from '../flash/member-targets.js';
import { targetKinds, type TargetSpec } from '../flash/target.js';

/** One target of one kind: one form for each. */
export const TargetForm = Type.Unsafe<TargetSpec>(
  Type.Union(
    targetKinds.map(({ form }) => form),
    { title: 'where the target is, in one of these forms' },
  ),
);

/** A target of `flash`: of one kind, or several in one. */
export const NamedTargetForm = Type.Unsafe<TargetSpec | GroupSpec>(
  Type.Union(
    [...targetKinds, ...targetGroups].map(({ form }) => form),
    { title: 'where the target is, in one of these forms' },
  ),
);
