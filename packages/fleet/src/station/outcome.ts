/** A thrown value of a driver, as far as it says where the device was left. */
export interface Failure {
  /** The code of levitate, or of Node. */
  code: string;
  /** What has happened, for people. */
  message: string;
  /** The exit status of levitate that says where the device was left. */
  exit: number;
}

/** The one failure that is no failure of a device: it was stopped before its first byte. */
export class Halted extends Error {}

/** What becomes of a device whose deploy has failed. */
export type Verdict =
  /** It waits as before: the rollout was stopped, or this station ends. */
  | { is: 'back' }
  /** It does not answer, and nothing was written: it is tried again later. */
  | { is: 'offline' }
  /** Somebody else is about to let go of it, or it is worth one more try: it is tried again after so many seconds. */
  | { is: 'again'; seconds: number }
  /** No device can be deployed to with these files: the rollout stops. */
  | { is: 'wrong-files' }
  /** It was not touched, and is not tried again. */
  | { is: 'refused' }
  /** It failed, and whether no rollout goes to it until a person has looked. */
  | { is: 'failed'; quarantined: boolean };

/** How often a failure that left the device as it was is tried again. */
const retries = 1;

/** As much of a message is kept, in characters: it may be what a device says. */
const longestMessage = 2000;

/** A thrown value as a failure. */
export const failureOf = (error: unknown): Failure => {
  const { code, exit } = (error ?? {}) as { code?: unknown; exit?: unknown };
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    exit: typeof exit === 'number' ? exit : 1,
    message: (error instanceof Error ? error.message : String(error)).slice(0, longestMessage),
  };
};

/**
 * Says what becomes of a device whose deploy has failed. Pure.
 * @param touched whether it may have been written to, by this attempt or one before
 * @param tries how often it was tried again already
 * @param isOwnLease whether the lease in the way is this station's own, of before a crash
 */
export function verdict(
  { code, exit }: Failure,
  { touched, tries, isOwnLease }: { touched: boolean; tries: number; isOwnLease: boolean },
): Verdict {
  if (code === 'IDENTITY') return { is: 'failed', quarantined: true };
  if (code === 'LEASE_HELD' && isOwnLease && tries < 24) return { is: 'again', seconds: 5 };
  if (touched) return { is: 'failed', quarantined: exit !== 4 };
  if (code === 'HOST_UNREACHABLE') return { is: 'offline' };
  if (code === 'INTERRUPTED') return { is: 'back' };
  if (exit === 2) return { is: 'wrong-files' };
  if (exit === 3) return { is: 'refused' };
  if (exit === 4 && tries < retries) return { is: 'again', seconds: 60 };
  return { is: 'failed', quarantined: exit === 5 || exit === 6 };
}

/** When a device that does not answer is tried again, in seconds: after 10 minutes, then twice as long, up to half a day; ± 25 %. Pure. */
export const offlineDelay = (tries: number, random: number): number =>
  Math.min(600 * 2 ** Math.min(tries, 10), 43_200) * (0.75 + random / 2);
