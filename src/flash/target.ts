import type { Static } from '@sinclair/typebox';
import type { TargetKind } from './kind.js';
import * as kinds from './kinds/index.js';

/** Every kind of target, by name: the exports of a module come in another order from each loader. */
export const targetKinds: readonly TargetKind[] = Object.values<TargetKind>(kinds).toSorted(
  (a, b) => (a.name < b.name ? -1 : 1),
);

/** A target as the profile has it: of the form of one of the kinds. */
export type TargetSpec = Static<(typeof kinds)[keyof typeof kinds]['form']>;

/**
 * Finds the kind of a profile's target, the flasher's arguments for it, the kind's name first, and its words for what of the target
 * is never written. Pure.
 */
export function targetOf(spec: TargetSpec): {
  kind: TargetKind;
  args: string[];
  keeps: string[];
} {
  const kind = targetKinds.find(({ name }) => Object.hasOwn(spec, name));
  if (kind) return { kind, args: [kind.name, ...kind.args(spec)], keeps: kind.keeps?.(spec) ?? [] };
  throw new Error(`no kind of target has the form ${JSON.stringify(spec)}`);
}
