import type { ProbeFacts } from '../../device/probe-facts.js';
import type { TargetSpec } from '../../flash/target.js';
import { isProtected } from './target-names.js';

/** A place on a device's flash, as a line of a profile. */
export interface TargetDraft {
  /** Unique among all. */
  name: string;
  /** What a person wants to know of it, such as its size and what is mounted from it. */
  about: string;
  /** How a profile names it; undefined where levitate has no words for it yet. */
  spec: TargetSpec | undefined;
  /** Why it had better not be a target as it stands. */
  caution: string | undefined;
}

/** Why a place of this name had better not be a target; undefined where its name says nothing. */
export const cautionOf = (name: string): string | undefined =>
  isProtected(name)
    ? 'by its name a boot loader, its settings or calibration: overwritten, the device may never start again'
    : undefined;

/** Whether a profile can hold a text as it is. */
export const isLine = (text: string): boolean => /^[^\x00-\x1f]+$/.test(text);

/** Where these devices are mounted, as the end of a sentence; empty where they are not. */
export function mountedText(probed: ProbeFacts, devices: string[]): string {
  const mounts = probed.mounted.filter(({ device }) => devices.includes(device));
  return mounts.length === 0
    ? ''
    : `, mounted on ${mounts.map(({ point, type }) => `${point} (${type})`).join(', ')}`;
}
