import type { Static, TSchema } from '@sinclair/typebox';
import type { ImagePlace, SysupgradeMember } from '../image/image.js';
import type { TargetSpec } from './target.js';

/**
 * A kind of target that is several targets: an image for it holds a file for each. The profile names it once, and what is written is
 * each of its members, of whatever kind that is.
 */
export interface TargetGroup<Form extends TSchema = TSchema> {
  /** The key in the profile that tells its form from the other forms. */
  readonly name: string;
  /** What such a target looks like in the profile. */
  readonly form: Form;
  /** The place that it is, and how a profile names it, for people. */
  readonly places: Readonly<Partial<Record<ImagePlace, string>>>;
  /** The target that each file of an image goes to. Pure. */
  members(spec: Static<Form>): Record<SysupgradeMember, TargetSpec>;
}
