import { secondsSince } from './shared/seconds-since.js';

/** The stretches of work that an operation goes through, in no fixed order; the names are part of `--json`. */
export type Phase =
  | 'build'
  | 'image'
  | 'facts'
  | 'counters'
  | 'preflight'
  | 'command'
  | 'keep'
  | 'stage'
  | 'configure'
  | 'rehearse'
  | 'arm'
  | 'trigger'
  | 'wait'
  | 'release'
  | 'compare'
  | 'write'
  | 'verify'
  | 'slots'
  | 'leave'
  | 'confirm'
  | 'install';

/** What a check came to; a refusal keeps the device from being entered. */
export type Verdict = 'ok' | 'warning' | 'refusal';

/** One row of the preflight table: what was looked at, what was found, and what to do about it. */
export interface Check {
  /** What was looked at. */
  name: string;
  /** What it came to. */
  verdict: Verdict;
  /** What was found, for people. */
  found: string;
  /** What to do about it, for people. */
  advice?: string;
}

interface Stretch {
  /** The stretch of work. */
  phase: Phase;
  /** What the work is done on: a target, an image, a profile. */
  subject?: string;
}

/** A phase that is to come. */
export interface PhaseAhead extends Stretch {
  /** How long it takes, by what such a phase usually takes. */
  seconds: number;
  /** The bytes that `seconds` counts, of one whose time they are. */
  bytes?: number;
}

/** What operations tell while they run; the command line renders these, and `--json` prints them one a line. */
export type Progress =
  | ({
      type: 'phase';
      /** It begins. */
      state: 'start';
    } & Stretch)
  | ({
      type: 'phase';
      /** It has ended well; a phase that fails has no such event. */
      state: 'done';
      /** How long it took. */
      seconds: number;
    } & Stretch)
  | {
      type: 'ahead';
      /** What is to come from now on, in this order, as far as it is known; some of it may turn out to be unnecessary. */
      phases: PhaseAhead[];
    }
  | ({
      type: 'bytes';
      /** Bytes that are done with. */
      done: number;
      /** Bytes of the whole. */
      total: number;
      /** Which package comes, beginning with 1, where a build fetches packages. */
      package?: number;
      /** How many packages there are, there. */
      packages?: number;
    } & Stretch)
  | ({
      type: 'waiting';
      /** How long it has waited. */
      seconds: number;
      /** How long it waits at most, in seconds. */
      limit: number;
      /** Why the last attempt came to nothing: a sentence for people, whose wording may change. */
      last?: string;
    } & Stretch)
  | ({ type: 'check' } & Check)
  | {
      type: 'note';
      /** Whether it is right, or may be wrong. */
      level: 'info' | 'warning';
      /** A sentence for people, whose wording may change. */
      message: string;
    }
  | {
      type: 'debug';
      /**
       * What is done on the way, with --verbose: each connection, what ssh says of it, each command on a device, each file that
       * is read.
       */
      message: string;
    };

/** How the caller of an operation watches it and stops it: the second argument of every operation. */
export interface Run {
  /** Gets each event as it happens. */
  onProgress?: ((event: Progress) => void) | undefined;
  /**
   * Stops the operation where it next can; it then rejects with INTERRUPTED, with INTERRUPTED_IN_MAINTENANCE, or with
   * NOT_CONFIRMED while the device reboots.
   */
  signal?: AbortSignal | undefined;
}

/** Tells the caller an event, if the caller watches. */
export const report = ({ onProgress }: Run, event: Progress): void => onProgress?.(event);

/** Tells the caller something that is right and that a person wants to know. */
export const inform = (run: Run, message: string): void =>
  report(run, { type: 'note', level: 'info', message });

/** Tells the caller something that may be wrong. */
export const warn = (run: Run, message: string): void =>
  report(run, { type: 'note', level: 'warning', message });

/** Runs `work` as a named phase: its start, and its end with the seconds that it took, are told; failures pass through. */
export async function inPhase<T>(
  run: Run,
  phase: Phase,
  work: () => Promise<T>,
  subject?: string,
): Promise<T> {
  const about = subject === undefined ? {} : { subject };
  const started = performance.now();
  report(run, { type: 'phase', phase, state: 'start', ...about });
  const value = await work();
  const seconds = secondsSince(started);
  report(run, { type: 'phase', phase, state: 'done', seconds, ...about });
  return value;
}
