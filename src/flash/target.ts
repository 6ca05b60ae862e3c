import type { Static } from '@sinclair/typebox';
import type { KeptPart, TargetKind } from './kind.js';
import * as kinds from './kinds/index.js';

/** Every kind of target, by name: the exports of a module come in another order from each loader. */
export const targetKinds: readonly TargetKind[] = Object.values<TargetKind>(kinds).toSorted(
  (a, b) => (a.name < b.name ? -1 : 1),
);

/** A target as the profile has it: of the form of one of the kinds. */
export type TargetSpec = Static<(typeof kinds)[keyof typeof kinds]['form']>;

/** What a target of the profile is for the flasher. */
export interface FoundTarget {
  kind: TargetKind;
  /** The flasher's arguments for it, the kind's name first. */
  args: string[];
  /** The flasher's words for what of it is never written. */
  keeps: string[];
  /** The parts that get back what they held when all of it was written. */
  parts: KeptPart[];
}

/** Finds the kind of a profile's target, and how the flasher knows it. Pure. */
export function targetOf(spec: TargetSpec): FoundTarget {
  const kind = targetKinds.find(({ name }) => Object.hasOwn(spec, name));
  if (kind)
    return {
      ...{ kind, args: [kind.name, ...kind.args(spec)], keeps: kind.keeps?.(spec) ?? [] },
      parts: kind.parts?.(spec) ?? [],
    };
  throw new Error(`no kind of target has the form ${JSON.stringify(spec)}`);
}
