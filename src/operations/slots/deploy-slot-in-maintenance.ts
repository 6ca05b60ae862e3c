import { slotToWrite } from '../../boot-loader/slot-record.js';
import { interruptible } from '../../device/connect.js';
import { gatherRunning } from '../../device/gather-running.js';
import { connectRoot } from '../../device/root-login.js';
import { forgetSession } from '../../device/session.js';
import { copySlotFiles } from '../../device/slot-script.js';
import { isCode, reasonOf } from '../../errors.js';
import { inform, inPhase, warn, type Run } from '../../progress.js';
import { secondsSince } from '../../shared/seconds-since.js';
import { thenDo, type Confirm } from '../agree.js';
import type { DeployJob, DeployResult, DeployedSlot } from '../deploy-job.js';
import { enterDevice, type Entered } from '../enter/enter.js';
import { flashImages, type FlashResult } from '../flash/flash.js';
import { stoppable } from '../interrupt.js';
import { tellToLeave } from '../leave/tell-to-leave.js';
import type { Maintenance } from '../maintenance.js';
import { withSlots, type OverwritePlan } from '../overwrite-plan.js';
import { aheadOfLeaving, aheadOfTarget } from '../phases-ahead.js';
import type { Prepared } from '../prepare.js';
import { returnIfUntouched } from '../return-if-untouched.js';
import { notEntered } from './not-entered.js';
import { imagesOfSlot } from './slot-images.js';
import { sameBuild } from './same-build.js';
import { allowed, bootOf, changeSlots, knownSlots, refuseUnchangeable } from './slot-state.js';
import { atCutOf } from './slot-view.js';
import { leaveIntoTrial } from './trial-reboot.js';
import { trySlot } from './try-slot.js';
import { warnOfSlot } from './warn-of-slot.js';
import { whereItStays } from './where-it-runs.js';

/**
 * Writes the slot that does not run, from maintenance: for a device on which something of the running system stands on that slot. The
 * boot loader is told as `deploySlot` tells it.
 * @throws LevitateError what `enterDevice`, `flashImages` and `trySlot` throw
 */
export async function deploySlotInMaintenance(
  prepared: Prepared,
  given: DeployJob,
  run: Run,
): Promise<DeployResult> {
  const started = performance.now();
  const profile = prepared.profile!.value;
  const boot = bootOf(profile);
  const { connection } = prepared;
  const { host } = connection;
  const interruption = { message: 'interrupted. Nothing on the device has changed.' };
  const { known, build, bootId } = await stoppable(run.signal, interruption, async () => {
    await using login = await connectRoot(connection, run);
    const running = interruptible(login, run.signal);
    return {
      known: await inPhase(run, 'slots', () => knownSlots(running, boot)),
      build: await sameBuild(running, profile, given.expectBuild),
      bootId: (await gatherRunning(running)).bootId,
    };
  });
  const written = allowed(slotToWrite(known, Object.keys(boot.slots)));
  const needed = build === undefined;
  const slot: DeployedSlot = { ran: known.current, written, needed, ...(needed ? {} : { build }) };
  if (!needed)
    return {
      ...{ host, slot, enter: notEntered(host, bootId, [], started) },
      seconds: secondsSince(started),
    };
  refuseUnchangeable(known, written);
  const images = imagesOfSlot(boot, written, prepared.images);
  const plain = (plan: OverwritePlan) =>
    withSlots(plan, { runs: known.current, written, stays: false, ...atCutOf(known) });
  const { beforeWrite, ...options } = given;
  const disarm = async () => {
    await beforeWrite?.();
    await using login = await connectRoot(connection, run);
    await changeSlots(login, known, { do: 'disarm', slot: written });
    inform(
      run,
      `The boot loader does not start slot ${written} until all of it was written and read back.`,
    );
  };
  const { confirm } = options;
  const asking: Confirm = thenDo(confirm && ((plan) => confirm(plain(plan))), disarm);
  const entering = {
    ...options,
    dryRun: options.dryRun ?? false,
    confirm: asking,
    ahead: [
      ...images.flatMap(([target, image]) => aheadOfTarget(target, image)),
      ...aheadOfLeaving,
    ],
  };
  const entered = await enterDevice({ ...prepared, images }, entering, run);
  const done = (parts: Pick<DeployResult, 'flash' | 'leave' | 'overwrite'>): DeployResult => ({
    ...{ host, enter: entered.result, slot },
    ...parts,
    seconds: secondsSince(started),
  });
  if (!entered.maintenance)
    return done(entered.overwrite ? { overwrite: plain(entered.overwrite) } : {});
  await using maintenance = entered.maintenance;
  const flash = await flashed(
    entered,
    maintenance,
    { ...options, confirm: asking },
    prepared,
    images,
    run,
  );
  if (options.dryRun) return done({ flash });
  // The maintenance system knows by the kernel's command line which slot it came from; what it read before is what counts.
  await maintenance
    .ask(run, async (transport) => {
      const now = await knownSlots(interruptible(transport, run.signal), boot, known);
      await copySlotFiles(transport, boot, written);
      await warnOfSlot(transport, known, written, run);
      await changeSlots(transport, now, { do: 'stage-try', slot: written, tries: boot.tries });
      await leaveIntoTrial(transport, now.loader);
    })
    .catch((error: unknown) => {
      throw whereItStays(error, host, known.current);
    });
  const order = { host, ...(flash.lease === undefined ? {} : { lease: flash.lease }) };
  await inPhase(run, 'leave', () => tellToLeave(maintenance, order, run));
  const { session, status } = maintenance;
  await maintenance.close();
  const trial = {
    ...{ connection, profile, session, oldBootId: status.boot_id, slot: written },
    before: known.current,
    ...(options.expectBuild === undefined ? {} : { expectBuild: options.expectBuild }),
  };
  const leave = await trySlot(trial, run);
  await forgetSession(host).catch((error: unknown) =>
    warn(run, `The entry of ${host} could not be forgotten: ${reasonOf(error)}.`),
  );
  return done({ flash, leave });
}

/** Flashes; a device to which nothing was written goes back to its system. */
async function flashed(
  { result }: Entered,
  maintenance: Maintenance,
  { confirm, ...options }: DeployJob,
  { connection }: Prepared,
  images: Prepared['images'],
  run: Run,
): Promise<FlashResult> {
  // Who was asked before the device was entered has agreed to what is done now.
  const asked = result.already && confirm ? { confirm } : {};
  try {
    return await flashImages(
      maintenance,
      images,
      { ...options, ...asked, ahead: aheadOfLeaving },
      run,
    );
  } catch (error) {
    if (result.already && (run.signal?.aborted || isCode(error, 'DECLINED'))) throw error;
    throw await returnIfUntouched(maintenance, connection, error, run);
  }
}
