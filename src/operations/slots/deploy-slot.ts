import { rm } from 'node:fs/promises';
import { slotToWrite } from '../../boot-loader/slot-record.js';
import { addressOf, interruptible } from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { preflight } from '../../device/preflight.js';
import { connectRoot, type Login } from '../../device/root-login.js';
import { exitStatus, LevitateError } from '../../errors.js';
import { inPhase, report, type Check, type Run } from '../../progress.js';
import { workingSetBytes } from '../../rootfs/ram.js';
import { secondsSince } from '../../shared/seconds-since.js';
import { temporaryFolder } from '../../shared/user-folders.js';
import { agree, type Confirm } from '../agree.js';
import type { DeployJob, DeployResult, DeployedSlot } from '../deploy-job.js';
import { buildFirst, payloadFor, type Payload } from '../enter/payload.js';
import { refuseOnChecks } from '../enter/refuse-on-checks.js';
import { refuseOtherBoards } from '../flash/boards.js';
import { checkTargets } from '../flash/target-checks.js';
import { stoppable } from '../interrupt.js';
import { planBeforeEntering, withSlots, type OverwritePlan } from '../overwrite-plan.js';
import type { Prepared, TargetImage } from '../prepare.js';
import { whereCut } from '../where-cut.js';
import { notEntered } from './not-entered.js';
import { reboot } from './reboot.js';
import { runningSession } from './running-session.js';
import { imagesOfSlot } from './slot-images.js';
import { sameBuild } from './same-build.js';
import { allowed, bootOf, knownSlots, refuseUnchangeable, type KnownSlots } from './slot-state.js';
import { atCutOf } from './slot-view.js';
import { beginStaying, endStaying, refuseWithoutPlace } from './staying.js';
import { prepareTrialReboot } from './trial-reboot.js';
import { trySlot } from './try-slot.js';
import { writeSlot } from './write-slot.js';

const unchanged = 'Nothing on the device has changed.';

/**
 * Writes the slot that does not run, from the running system, and reboots into it on trial: services go on until that one reboot.
 * Confirmed from inside the new slot, it is the one that starts from then on; otherwise the boot loader falls back.
 * @throws LevitateError SLOT_REFUSED, BOOT_LOADER_UNKNOWN, PREFLIGHT_REFUSED and what refuses an image, with nothing changed;
 * SLOT_FELL_BACK, NOT_CONFIRMED, RECONNECT_TIMEOUT after the reboot
 */
export async function deploySlot(
  prepared: Prepared,
  options: DeployJob,
  run: Run,
): Promise<DeployResult> {
  const started = performance.now();
  const profile = prepared.profile!.value;
  const { connection } = prepared;
  const scratch = await temporaryFolder();
  try {
    const written = await stoppable(run.signal, { message: `interrupted. ${unchanged}` }, () =>
      untilReboot(scratch, prepared, options, run),
    );
    const { facts, checks, slot, session, ...done } = written;
    const result = (parts: Pick<DeployResult, 'flash' | 'leave' | 'overwrite'>): DeployResult => ({
      host: connection.host,
      enter: notEntered(connection.host, facts.bootId, checks, started),
      slot,
      ...parts,
      seconds: secondsSince(started),
    });
    if (!session || !done.flash) return result(done);
    const trial = {
      ...{ connection, profile, session, oldBootId: facts.bootId },
      ...{ slot: slot.written, before: slot.ran },
      ...(options.expectBuild === undefined ? {} : { expectBuild: options.expectBuild }),
    };
    return result({ flash: done.flash, leave: await trySlot(trial, run) });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function untilReboot(scratch: string, prepared: Prepared, options: DeployJob, run: Run) {
  const { connection } = prepared;
  const profile = prepared.profile!.value;
  const boot = bootOf(profile);
  const built = await buildFirst(prepared, scratch, run);
  await using login = await connectRoot(connection, run);
  const running = interruptible(login, run.signal);
  const facts = await inPhase(run, 'facts', () =>
    whereCut(exitStatus.unknownState, unchanged, () => gatherFacts(running)),
  );
  if (facts.state === 'maintenance')
    throw new LevitateError('SLOT_REFUSED', 'the device is in maintenance, and runs no slot', {
      hint: `levitate leave ${connection.host} takes it back to its own system.`,
      exit: exitStatus.maintenance,
    });
  const known = await inPhase(run, 'slots', () => knownSlots(running, boot));
  const written = allowed(slotToWrite(known, Object.keys(boot.slots)));
  refuseUnchangeable(known, written);
  const images = imagesOfSlot(boot, written, prepared.images);
  const slot: DeployedSlot = { ran: known.current, written, needed: true };
  const same = await sameBuild(login, profile, options.expectBuild);
  if (same !== undefined)
    return { facts, checks: [], slot: { ...slot, needed: false, build: same } };
  const payload = await payloadFor(facts, prepared, { built, scratch }, run);
  const { checks, plan } = await inPhase(run, 'preflight', () =>
    judgeSlot(login, facts, { payload, known, images, prepared, options }, run),
  );
  if (options.dryRun) return { facts, checks, slot, overwrite: plan };
  await agree(options.confirm, () => plan, run);
  const restart = await prepareTrialReboot(running, known.loader, facts, profile);
  const session = await runningSession(connection, running, facts);
  // From here on something is staged in RAM, and goes whatever happens.
  try {
    const staying = await beginStaying(connection, login, { facts, payload, session }, run);
    try {
      const flash = await writeSlot(staying, known, written, { profile, images, options }, run);
      await staying.lease?.release();
      staying.lease = undefined;
      // The slot is on trial now: whoever interrupts this finds it so after the reboot.
      const rest = { onProgress: run.onProgress };
      await staying.outside(rest, (outside) => endStaying(outside, { facts, session }, rest));
      await staying.outside(rest, (outside) => reboot(outside, rest, restart));
      return { facts, checks, slot, session, flash };
    } finally {
      await staying.close();
    }
  } catch (error) {
    await endStaying(login, { facts, session }, run);
    throw error;
  }
}

/** The rows of the preflight that are about a device which is not left. */
const rows: ReadonlySet<string> = new Set(['root', 'architecture', 'board', 'memory', 'tools']);

/** Looks whether the slot takes its images, and the device the flasher in its RAM. */
async function judgeSlot(
  login: Login,
  facts: Facts,
  {
    payload,
    known,
    images,
    prepared,
    options,
  }: {
    payload: Payload;
    known: KnownSlots;
    images: TargetImage[];
    prepared: Prepared;
    options: DeployJob & { confirm?: Confirm };
  },
  run: Run,
): Promise<{ checks: Check[]; plan: OverwritePlan }> {
  const { boot, current } = known;
  refuseWithoutPlace(facts);
  const { source: _, ...need } = payload;
  const notRoot = login.notRoot;
  const checks = preflight(facts, {
    ...need,
    ...{ workingBytes: workingSetBytes, ownKeys: [], notRoot },
  }).filter(({ name }) => rows.has(name));
  const tell = (check: Check) => report(run, { type: 'check', ...check });
  checks.forEach(tell);
  refuseOnChecks(checks);
  refuseOtherBoards(images, facts, { ...options, kept: false }, run);
  const running = interruptible(login, run.signal);
  const targets = await checkTargets(
    ...([running, facts.stack, payload.profile, images, options] as const),
    ...([undefined, payload.programs] as const),
  );
  for (const { check } of targets) tell(check);
  const written = Object.keys(boot.slots).find((name) => name !== current) ?? '';
  const address = await addressOf(prepared.connection, running);
  const plan = planBeforeEntering(address, facts, targets);
  return {
    checks: [...checks, ...targets.map(({ check }) => check)],
    plan: withSlots(plan, { runs: current, written, stays: true, ...atCutOf(known) }),
  };
}
