import type { Static } from '@sinclair/typebox';
import type { SysupgradeMember } from '../image/image.js';
import type { TargetGroup } from './group.js';
import * as groups from './groups/index.js';
import type { TargetSpec } from './target.js';

/** Every kind of target that is several targets. */
export const targetGroups: readonly TargetGroup[] = Object.values<TargetGroup>(groups);

/** A target that is several, as the profile has it. */
export type GroupSpec = Static<(typeof groups)[keyof typeof groups]['form']>;

/** Gives the targets that a target of the profile is made of, by the files that go there; nothing where it is one alone. Pure. */
export const memberTargets = (
  spec: TargetSpec | GroupSpec,
): Record<SysupgradeMember, TargetSpec> | undefined =>
  targetGroups.find(({ name }) => Object.hasOwn(spec, name))?.members(spec);
