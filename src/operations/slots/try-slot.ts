import { interruptible } from '../../device/connect.js';
import { exitStatus, LevitateError, amended } from '../../errors.js';
import { durationInWords } from '../../shared/duration.js';
import type { Run } from '../../progress.js';
import { readBuild } from '../leave/confirm.js';
import type { LeaveResult } from '../leave/leave.js';
import { keepSlot } from './keep-slot.js';
import { trialSeconds, whatComesUp, type AwaitedSlot, type CameUp } from './reboot.js';

/** A trial that is awaited. */
export interface AwaitedTrial extends Omit<AwaitedSlot, 'seconds'> {
  /** The slot that is tried. */
  slot: string;
  /** The slot that ran before. */
  before: string;
  /** The build that the new slot must report, in place of the profile's. */
  expectBuild?: string;
}

/**
 * Waits for the slot on trial after the reboot, and confirms it from inside: a new boot id, this slot, its build. Where the boot loader
 * falls back, it says so with what it saw.
 * @throws LevitateError SLOT_FELL_BACK, NOT_CONFIRMED, RECONNECT_TIMEOUT, BOOT_LOADER_UNKNOWN
 */
export async function trySlot(trial: AwaitedTrial, run: Run): Promise<LeaveResult> {
  const { connection, profile, slot, before, expectBuild } = trial;
  const { host } = connection;
  const tries = profile.boot!.tries;
  const seconds = trialSeconds(profile, tries);
  const up = await whatComesUp({ ...trial, seconds }, run).catch((error: unknown) => {
    if (!(error instanceof LevitateError) || error.exit !== exitStatus.unknownState) throw error;
    throw amended(
      error,
      `Slot ${slot} was not confirmed: the boot loader starts it ${tries === 1 ? 'once' : `${tries} times at most`}, and slot ${before} after that.`,
      exitStatus.unknownState,
    );
  });
  await using running = up.running;
  if (up.known.current !== slot) throw await fellBack(up, trial, run);
  const expected = {
    host,
    confirm: profile.confirm,
    ...(expectBuild === undefined ? {} : { expectBuild }),
  };
  const { build } = await keepSlot(interruptible(running, run.signal), up.known, expected, run);
  return {
    host,
    isNew: true,
    bootId: up.bootId,
    seconds: up.seconds,
    ...(build === undefined ? {} : { build }),
  };
}

/** The error for a device that came up in the slot that it was in before. */
async function fellBack(
  { known, running, bootId, seconds }: CameUp,
  { connection, profile, slot }: AwaitedTrial,
  run: Run,
): Promise<LevitateError> {
  const { build } = profile.confirm;
  const read = build && (await readBuild(interruptible(running, run.signal), build.read));
  const left = known.record.trial?.slot === slot ? known.record.trial.left : 0;
  const tried =
    left === profile.boot?.tries
      ? `the boot loader has not tried slot ${slot}: it still has ${left} tries`
      : `slot ${slot} did not come up, or rebooted unconfirmed: the boot loader took ${(profile.boot?.tries ?? 0) - left} of ${profile.boot?.tries ?? 0} tries`;
  return new LevitateError(
    'SLOT_FELL_BACK',
    `${connection.host} runs slot ${known.current} again${read === undefined ? '' : `, build ${read}`}, after ${durationInWords(Math.round(seconds))}; ${tried}`,
    {
      hint: `What was written was read back whole: the console of slot ${slot} tells why it did not come up. The same command again writes what differs, and tries it anew.`,
      data: {
        slot,
        runs: known.current,
        bootId,
        triesLeft: left,
        ...(read === undefined ? {} : { build: read }),
      },
    },
  );
}
