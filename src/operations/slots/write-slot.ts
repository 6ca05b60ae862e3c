import type { SlotChange } from '../../boot-loader/slot-record.js';
import { copySlotFiles } from '../../device/slot-script.js';
import type { Consent } from '../../flash/kind.js';
import type { Profile } from '../../profile/profile.js';
import { inform, report, type Run } from '../../progress.js';
import { findJobs } from '../flash/find-jobs.js';
import type { FlashResult, FlashWay, WriterOptions } from '../flash/flash.js';
import { commitTargets, flashTarget, inspectTarget } from '../flash/flash-target.js';
import { workOn } from '../flash/work.js';
import { aheadOfLeaving, aheadOfTarget } from '../phases-ahead.js';
import type { TargetImage } from '../prepare.js';
import { changeSlots, type KnownSlots } from './slot-state.js';
import type { Staying } from './staying.js';
import { warnOfSlot } from './warn-of-slot.js';
import { whereItRuns } from './where-it-runs.js';

/** What a slot is written with. */
export interface SlotWrite {
  /** The profile with its slots. */
  profile: Profile;
  /** The images, by the targets of the slot. */
  images: TargetImage[];
  /** What was consented to, which way it is written, and who writes. */
  options: Consent & FlashWay & WriterOptions;
}

/**
 * Writes the slot that does not run, while the system in the other one goes on: the boot loader is told to leave it alone before the first
 * byte, and to try it after all of it was read back.
 * @throws LevitateError what finding and writing targets throw; with where that leaves the device
 */
export async function writeSlot(
  staying: Staying,
  known: KnownSlots,
  slot: string,
  { profile, images, options }: SlotWrite,
  run: Run,
): Promise<FlashResult> {
  const jobs = await findJobs(staying, profile, images, options, run);
  const work = workOn(staying, jobs, run, options.leaseOwner);
  await work.writing(() => Promise.resolve());
  for (const job of jobs) await work.reading((connected) => inspectTarget(connected, job, options));
  const change = (from: KnownSlots, to: SlotChange) =>
    staying.outside(run, (running) => changeSlots(running, from, to));
  await options.beforeWrite?.();
  const disarmed = await change(known, { do: 'disarm', slot });
  inform(
    run,
    `The boot loader does not start slot ${slot} until all of it was written and read back.`,
  );
  report(run, {
    type: 'ahead',
    phases: [
      ...jobs.flatMap(({ target, image, state }) => aheadOfTarget(target, image, state.plan)),
      ...aheadOfLeaving,
    ],
  });
  try {
    const done: Awaited<ReturnType<typeof flashTarget>>[] = [];
    for (const job of jobs)
      done.push(await work.writing((lease, connected) => flashTarget(connected, job, lease)));
    const committed = await work.writing((lease, connected) =>
      commitTargets(connected, jobs, lease),
    );
    await staying.outside(run, (running) => copySlotFiles(running, known.boot, slot));
    await staying.outside(run, (running) => warnOfSlot(running, known, slot, run));
    await change(disarmed, { do: 'stage-try', slot, tries: known.boot.tries });
    return {
      host: staying.session.host,
      plans: done.map(({ plan }) => plan),
      targets: done.map(({ flashed }, index) => ({ ...flashed, ...committed.get(jobs[index]!) })),
    };
  } catch (error) {
    throw whereItRuns(error, known.current, slot, run);
  }
}
