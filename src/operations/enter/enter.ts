import { rm } from 'node:fs/promises';
import { interruptible, type Connection } from '../../device/connect.js';
import { connectRoot } from '../../device/root-login.js';
import type { Facts } from '../../device/facts.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { amended, exitStatus, isCode } from '../../errors.js';
import { inform, inPhase, report, type Check, type PhaseAhead, type Run } from '../../progress.js';
import { retryOnce } from '../../shared/poll.js';
import { durationInWords } from '../../shared/duration.js';
import type { Transport } from '../../ssh/transport.js';
import { temporaryFolder } from '../../shared/user-folders.js';
import type { Consent } from '../../flash/kind.js';
import { agree, type Confirm } from '../agree.js';
import { runDeviceCommands } from '../device-commands.js';
import { stoppable } from '../interrupt.js';
import type { Maintenance } from '../maintenance.js';
import { planBeforeEntering, withKept, type OverwritePlan } from '../overwrite-plan.js';
import { keptOnEntering } from '../keep/keep.js';
import { aheadOfEntering, aheadOfLooking } from '../phases-ahead.js';
import { prepare, type Prepared } from '../prepare.js';
import { whereCut } from '../where-cut.js';
import type { TargetCheck } from '../flash/target-checks.js';
import { attachByLogin, attachIfThere } from './attach-already.js';
import { judgeEntry } from './judge-entry.js';
import { refuseOnChecks } from './refuse-on-checks.js';
import { buildFirst, payloadFor } from './payload.js';
import { takeOver } from './takeover.js';
import { waitForMaintenance } from './wait-for-maintenance.js';
import { secondsSince } from '../../shared/seconds-since.js';

/** What `enter` takes. */
export interface EnterOptions extends Connection {
  /** Path of a profile; without it, the archive that `levitate install` left on the device is used. */
  profile?: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** Whether to only show the preflight, and change nothing. */
  dryRun?: boolean;
  /** Path of the kernel for a rescue, where the device does not have the file of the one that runs. */
  kernel?: string;
}

/** What `enter` gives. */
export interface EnterResult {
  /** The device, as it was named. */
  host: string;
  /** The preflight's rows; none where the device was in maintenance already. */
  checks: Check[];
  /** Whether the device is in maintenance now; false after a dry run. */
  entered: boolean;
  /** Whether it was in maintenance already, from an earlier entry. */
  already: boolean;
  /** Seconds that it took. */
  seconds: number;
  /** The boot id of the kernel that was found running (random(4), `boot_id`). */
  bootId: string;
}

/**
 * Takes a device into maintenance: facts, preflight, stage, configure, rehearse, arm, trigger, wait, release.
 * Until the trigger, every failure and every abort leaves the device as it was found.
 * @throws LevitateError PREFLIGHT_REFUSED, NOT_INSTALLED, STAGE_FAILED, REHEARSAL_FAILED, ENTER_FAILED,
 * RECONNECT_TIMEOUT, INTERRUPTED, and what building and connecting throw
 */
export async function enter(options: EnterOptions, run: Run = {}): Promise<EnterResult> {
  const { dryRun = false } = options;
  const { result, maintenance } = await enterDevice(await prepare(options, run), { dryRun }, run);
  if (maintenance && !maintenance.status.touched) {
    const { idleTimeoutSeconds } = (await maintenance.profile(run)).safety;
    inform(
      run,
      `Left alone, ${result.host} goes back to its old system by itself after ${durationInWords(idleTimeoutSeconds)}.`,
    );
  }
  await maintenance?.close();
  return result;
}

/** What `enterDevice` takes besides what was prepared. */
export interface EnterDeviceOptions extends Consent {
  /** Whether to only show the preflight, and change nothing. */
  dryRun: boolean;
  /** Asks before a device is entered whose flash is to be overwritten. */
  confirm?: Confirm | undefined;
  /** What the caller does once the device is in maintenance. */
  ahead?: PhaseAhead[];
  /** Looks at more than `enter` does before a device is entered, and gives rows of the preflight; nothing may change. */
  examine?: ((at: Examined) => Promise<Check[]>) | undefined;
}

/** A device that was found fit to be entered. */
export interface Examined {
  /** The connection to its running system, as root. */
  running: Transport;
  /** What was learned about it. */
  facts: Facts;
  /** What each target of an image is. */
  targets: TargetCheck[];
}

/** The result of an entry. */
export interface Entered {
  /** What the caller of `enter` gets. */
  result: EnterResult;
  /** The device in maintenance, whose connection the caller closes; missing where it is not there. */
  maintenance?: Maintenance;
  /** The targets of which a person agreed to a write with a rescue. */
  rescued?: string[];
  /** After a dry run with images: what somebody would be asked to agree to. */
  overwrite?: OverwritePlan;
}

/**
 * The same as `enter`, with what was prepared. Images that are known not to fit are refused before the device is
 * entered. A device that is in maintenance already is attached to.
 * @throws LevitateError as `enter` and `checkTargets` do
 */
export async function enterDevice(
  prepared: Prepared,
  options: EnterDeviceOptions,
  run: Run,
): Promise<Entered> {
  const scratch = await temporaryFolder();
  try {
    const interruption = { message: 'interrupted; nothing on the device has changed' };
    return await stoppable(run.signal, interruption, () =>
      enterWith(scratch, prepared, options, run),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function enterWith(
  scratch: string,
  prepared: Prepared,
  { dryRun, confirm, ahead = [], examine, ...consent }: EnterDeviceOptions,
  run: Run,
): Promise<Entered> {
  const result = resultOf(prepared.connection.host);
  const { connection } = prepared;
  const there = (maintenance: Maintenance): Entered => {
    inform(run, 'The device is in maintenance already.');
    const { boot_id } = maintenance.status;
    return { result: result(boot_id, { entered: true, already: true }), maintenance };
  };
  const attached = await attachIfThere(connection, run);
  if (attached) return there(attached);
  const prior = prepared.profile?.value;
  const known = { profile: prior, keep: keptOnEntering(prior, prepared.images, consent) };
  report(run, {
    type: 'ahead',
    phases: dryRun ? aheadOfLooking : [...aheadOfEntering(known), ...ahead],
  });
  const built = await buildFirst(prepared, scratch, run);
  run.signal?.throwIfAborted();
  await using running = await connectRoot(connection, run);
  const facts = await inPhase(run, 'facts', () =>
    whereCut(exitStatus.unknownState, untouched, () =>
      retryOnce(() => gatherFacts(interruptible(running, run.signal))),
    ),
  );
  if (facts.state === 'maintenance') {
    if (!dryRun) return there(await attachByLogin(connection, running, facts, run));
    inform(run, 'The device is in maintenance already.');
    return { result: result(facts.bootId, { entered: true, already: true }) };
  }
  const payload = await payloadFor(facts, prepared, { built, scratch }, run);
  const judged = await whereCut(exitStatus.oldSystem, untouched, () =>
    judgeEntry(running, facts, payload, { ...prepared, consent }, run),
  );
  const { own, now, address, targets, rescue } = judged;
  const more = (await examine?.({ running, facts, targets })) ?? [];
  for (const check of more) report(run, { type: 'check', ...check });
  refuseOnChecks(more);
  const checks = [...judged.checks, ...more];
  const planned = () =>
    withKept(
      planBeforeEntering(now, facts, targets),
      consent.dropKept ? undefined : payload.profile.keep,
    );
  if (dryRun)
    return {
      result: result(facts.bootId, { checks }),
      ...(targets.length > 0 ? { overwrite: planned() } : {}),
    };
  await agree(confirm, planned, run);
  const { profile } = payload;
  const written = prepared.images.map(([target]) => target);
  const about = { profile, host: connection.host, targets: written };
  await beforeEntering(running, about, run);
  const keep = keptOnEntering(profile, prepared.images, consent);
  const taken = await takeOver(
    address,
    running,
    facts,
    { payload, ownKeys: own, rescue, keep },
    run,
  );
  const from = { options: connection, facts, profile, running, run };
  const maintenance = await waitForMaintenance({ ...from, ...taken });
  const rescued = targets.flatMap(({ target, facts: found }) =>
    found?.powerCut?.leadsTo === 'rescue' ? [target] : [],
  );
  return { result: result(facts.bootId, { checks, entered: true }), maintenance, rescued };
}

const untouched = 'The device was not entered, and nothing was brought there.';

/** Runs the commands that the profile has for now; one that fails leaves the device as it was found. */
const beforeEntering = (
  running: Transport,
  about: Parameters<typeof runDeviceCommands>[2],
  run: Run,
): Promise<void> =>
  whereCut(exitStatus.oldSystem, untouched, () =>
    runDeviceCommands(running, 'before-enter', about, run),
  ).catch((error: unknown) => {
    throw isCode(error, 'COMMAND_FAILED') ? amended(error, untouched, error.exit) : error;
  });

/** Gives what `enter` gives, with the seconds since now. */
function resultOf(host: string) {
  const started = performance.now();
  return (
    bootId: string,
    { checks = [], entered = false, already = false }: Partial<EnterResult>,
  ): EnterResult => ({
    ...{ host, checks, entered, already },
    seconds: secondsSince(started),
    bootId,
  });
}
