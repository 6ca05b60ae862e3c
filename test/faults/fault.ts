import type { Ended } from '../e2e/lines.js';
import type { Random } from '../fuzz/random.js';
import type { DiskOptions } from './medium.js';
import type { Target } from './content.js';
import type { Stage, Trial } from './trial.js';

/** A kind of fault. */
export interface Fault {
  name: string;
  /** The stages in which it strikes. */
  stages: readonly Stage[];
  /** The targets that it concerns; all, unless told. */
  targets?: readonly Target[];
  /** What is wrong with the medium from the beginning on. */
  medium?(random: Random, stage: Stage): DiskOptions;
  /** Variables for the commands of the host, by way of which the fault strikes. */
  environment?(trial: Trial): Record<string, string>;
  /** Strikes, while the command runs. */
  strike(trial: Trial): Promise<void>;
  /**
   * Sees the command to its end, and checks what this fault promises beside what is promised always; without it, the command may
   * end in any way that tells the truth.
   */
  after?(trial: Trial, ended: Ended): Promise<void>;
  /** Takes the fault away, before the same command is given again. */
  mend?(trial: Trial): Promise<void>;
}

/** Stages of the command that flashes. */
export const flashing = ['prepare', 'compare', 'write', 'read-back'] as const;
/** All stages. */
export const everywhere = [...flashing, 'leave', 'confirm'] as const;

/** Milliseconds that something lasts: mostly a moment, and now and then more than what a silent link is borne for. */
export const aWhile = (random: Random): number =>
  random.once(3) ? 16_000 + random.below(12_000) : 500 + random.below(4000);
