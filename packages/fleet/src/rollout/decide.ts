import type { GroupRules, RolloutPlan } from './plan.js';

/** How many devices of a group are in which state, and since when. */
export interface GroupCounts {
  /** Not begun yet. */
  waiting: number;
  /** Being worked on, or about to be. */
  open: number;
  /** Not answering, and tried again later. */
  resting: number;
  /** Not answering, and given up. */
  offline: number;
  /** Failed or refused since a person last let the rollout go on. */
  errors: number;
  /** Seconds since the last device of the group ended; 0 while none has. */
  quietSeconds: number;
  /** Whether a person has let the next group begin. */
  gatePassed: boolean;
}

/** How a device ended: well, or with a failure or a refusal. */
export type Outcome = 'done' | 'error';

/** What is to be done about a rollout now. */
export type Decision =
  | {
      /** Let so many devices of the group with this number begin. */
      do: 'release';
      /** From 0 on. */
      group: number;
      /** At least 1. */
      count: number;
    }
  | {
      /** Wait. */
      do: 'wait';
      /** For what, for people. */
      why: string;
    }
  | {
      /** Stop, until a person lets it go on. */
      do: 'stop';
      /** Why, for people. */
      why: string;
    }
  | {
      /** All is over. */
      do: 'done';
    };

/**
 * Decides what is to be done about a rollout that runs. Pure.
 * @param counts of each group of the plan, in its order
 * @param lastOutcomes of devices since a person last let the rollout go on, the latest first; 100 are enough
 * @param isOpen whether the time of the day is one in which devices may begin
 */
export function decide(
  plan: Pick<RolloutPlan, 'groups' | 'stop' | 'limits'>,
  counts: readonly GroupCounts[],
  lastOutcomes: readonly Outcome[],
  isOpen = true,
): Decision {
  const why = reasonToStop(plan, counts, lastOutcomes);
  if (why !== undefined) return { do: 'stop', why };
  const at = plan.groups.findIndex((group, n) => whyNotPassed(group, counts[n]) !== undefined);
  const resting = counts.reduce((sum, one) => sum + one.resting, 0);
  if (at < 0)
    return resting > 0 ? { do: 'wait', why: `for ${devices(resting)} to answer` } : { do: 'done' };
  const { waiting } = counts[at]!;
  if (waiting === 0) return { do: 'wait', why: whyNotPassed(plan.groups[at]!, counts[at])! };
  if (!isOpen) return { do: 'wait', why: 'for its time of the day' };
  const open = counts.reduce((sum, one) => sum + one.open, 0);
  const count = Math.min(waiting, admitted(plan.limits, lastOutcomes) - open);
  return count > 0
    ? { do: 'release', group: at, count }
    : { do: 'wait', why: `for ${devices(open)} to end` };
}

/** How many devices may be worked on at once: each that ended well since the last error has admitted one more. */
function admitted(
  { parallel, startWith }: RolloutPlan['limits'],
  lastOutcomes: readonly Outcome[],
): number {
  const error = lastOutcomes.indexOf('error');
  const clean = error < 0 ? lastOutcomes.length : error;
  // What it has admitted stays admitted where more have ended well than are told.
  return clean >= 100 ? parallel : Math.min(parallel, startWith + clean);
}

function reasonToStop(
  { groups, stop }: Pick<RolloutPlan, 'groups' | 'stop'>,
  counts: readonly GroupCounts[],
  lastOutcomes: readonly Outcome[],
): string | undefined {
  for (const [n, { name, errors }] of groups.entries()) {
    const found = counts[n]?.errors ?? 0;
    if (found > errors) return `${devices(found)} of ${name} failed, and ${errors} may`;
  }
  for (const { ofLast, errors } of stop) {
    const found = lastOutcomes.slice(0, ofLast).filter((one) => one === 'error').length;
    if (found >= errors) return `${found} of the last ${ofLast} devices failed`;
  }
  return undefined;
}

/** What the next group waits for; undefined where it waits for nothing. */
function whyNotPassed(group: GroupRules, counts: GroupCounts | undefined): string | undefined {
  const { name, missing, soakSeconds, gate } = group;
  if (!counts) return `for ${name}`;
  const { waiting, open, resting, offline, quietSeconds, gatePassed } = counts;
  if (waiting + open > 0) return `for ${devices(waiting + open)} of ${name}`;
  if (resting + offline > missing)
    return `for ${devices(resting + offline)} of ${name} to answer, of which ${missing} may be missing`;
  if (quietSeconds < soakSeconds)
    return `for ${soakSeconds - Math.floor(quietSeconds)} s after ${name}`;
  return gate === 'manual' && !gatePassed ? `${gateWords} ${name}` : undefined;
}

const gateWords = 'for a person to pass the gate of';

/** Whether it is a gate that a rollout waits at, by what `decide` says of it. Pure. */
export const waitsForGate = (why: string): boolean => why.startsWith(gateWords);

const devices = (count: number): string => (count === 1 ? '1 device' : `${count} devices`);
