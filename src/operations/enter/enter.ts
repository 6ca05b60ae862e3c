import { rm } from 'node:fs/promises';
import { interruptible, type Connection } from '../../device/connect.js';
import { connectRoot } from '../../device/root-login.js';
import type { Facts } from '../../device/facts.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { takesOwnKeys } from '../../device/login-checks.js';
import { preflight } from '../../device/preflight.js';
import { LevitateError } from '../../errors.js';
import { inform, inPhase, report, type Check, type Run } from '../../progress.js';
import { workingBytes } from '../../rootfs/ram.js';
import { ownKeys } from '../../ssh/own-keys.js';
import { retryOnce } from '../../shared/poll.js';
import { temporaryFolder } from '../../shared/user-folders.js';
import { refuseOtherBoards } from '../flash/boards.js';
import type { Consent } from '../../flash/kind.js';
import { agree, type Confirm } from '../agree.js';
import { completeForDevice } from '../build/complete-for-device.js';
import { checkTargets, type TargetCheck } from '../flash/target-checks.js';
import { stoppable } from '../interrupt.js';
import { newSystemLogin } from '../leave/new-system-login.js';
import type { Maintenance } from '../maintenance.js';
import { planBeforeEntering } from '../overwrite-plan.js';
import { prepare, type Prepared } from '../prepare.js';
import { attachByLogin, attachIfThere } from './attach-already.js';
import { buildPayload, installedPayload, type Payload } from './payload.js';
import { takeOver } from './takeover.js';
import { waitForMaintenance } from './wait-for-maintenance.js';
import { wayBack } from './way-back.js';
import { secondsSince } from '../../shared/seconds-since.js';

/** What `enter` takes. */
export interface EnterOptions extends Connection {
  /** Path of a profile; without it, the archive that `levitate install` left on the device is used. */
  profile?: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** Whether to only show the preflight, and change nothing. */
  dryRun?: boolean;
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
  await maintenance?.close();
  return result;
}

/** What `enterDevice` takes besides what was prepared. */
export interface EnterDeviceOptions extends Consent {
  /** Whether to only show the preflight, and change nothing. */
  dryRun: boolean;
  /** Asks before a device is entered whose flash is to be overwritten. */
  confirm?: Confirm | undefined;
}

/** The result of an entry. */
export interface Entered {
  /** What the caller of `enter` gets. */
  result: EnterResult;
  /** The device in maintenance, whose connection the caller closes; missing where it is not there. */
  maintenance?: Maintenance;
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
  { dryRun, confirm, ...consent }: EnterDeviceOptions,
  run: Run,
): Promise<Entered> {
  const started = performance.now();
  const { connection, images } = prepared;
  const result = (
    bootId: string,
    { checks = [], entered = false, already = false }: Partial<EnterResult>,
  ): EnterResult => ({
    host: connection.host,
    checks,
    entered,
    already,
    seconds: secondsSince(started),
    bootId,
  });
  const there = (maintenance: Maintenance): Entered => {
    inform(run, 'The device is in maintenance already.');
    const { boot_id } = maintenance.status;
    return { result: result(boot_id, { entered: true, already: true }), maintenance };
  };
  const attached = await attachIfThere(connection, run);
  if (attached) return there(attached);
  const build = (profile: NonNullable<Prepared['profile']>) =>
    buildPayload(connection, profile, scratch, run);
  const built = prepared.profile && (await build(prepared.profile));
  run.signal?.throwIfAborted();
  await using running = await connectRoot(connection, run);
  const facts = await inPhase(run, 'facts', () =>
    retryOnce(() => gatherFacts(interruptible(running, run.signal))),
  );
  if (facts.state === 'maintenance') {
    if (!dryRun) return there(await attachByLogin(connection, running, facts, run));
    inform(run, 'The device is in maintenance already.');
    return { result: result(facts.bootId, { entered: true, already: true }) };
  }
  const completed =
    prepared.profile &&
    (await completeForDevice(
      prepared.profile.value,
      facts,
      built?.programs ?? [],
      (value) => build({ ...prepared.profile!, value }),
      run,
    ));
  run.signal?.throwIfAborted();
  const payload = completed ?? built ?? installedPayload(facts, connection.host);
  const { host, sshConfig } = connection;
  const own = takesOwnKeys(facts, payload.profile) ? await ownKeys(host, sshConfig) : [];
  const checks = judge(facts, payload, own, run);
  const { now, address, check } = await wayBack(connection, running, facts, payload.profile, run);
  checks.push(check);
  report(run, { type: 'check', ...check });
  let looked: TargetCheck[] = [];
  if (images.length > 0) {
    const login: Check = { name: 'new system', verdict: 'ok', found: newSystemLogin(address.user) };
    checks.push(login);
    report(run, { type: 'check', ...login });
    refuseOtherBoards(images, facts.compatible, run);
    const asked = interruptible(running, run.signal);
    looked = await checkTargets(asked, facts.stack, payload.profile, images, consent);
    for (const { check: row } of looked) {
      checks.push(row);
      report(run, { type: 'check', ...row });
    }
  }
  report(run, { type: 'phase', phase: 'preflight', state: 'done', seconds: 0 });
  if (dryRun) return { result: result(facts.bootId, { checks }) };
  await agree(confirm, () => planBeforeEntering(now, facts, looked), run);
  const { session, watched } = await takeOver(
    address,
    running,
    facts,
    { payload, ownKeys: own },
    run,
  );
  const maintenance = await waitForMaintenance({
    options: connection,
    session,
    facts,
    profile: payload.profile,
    running,
    watched,
    run,
  });
  return { result: result(facts.bootId, { checks, entered: true }), maintenance };
}

function judge(facts: Facts, { source: _, ...payload }: Payload, own: string[], run: Run): Check[] {
  report(run, { type: 'phase', phase: 'preflight', state: 'start' });
  const checks = preflight(facts, {
    ...payload,
    workingBytes: workingBytes(facts.init),
    ownKeys: own,
  });
  for (const check of checks) report(run, { type: 'check', ...check });
  const refusals = checks.filter((check) => check.verdict === 'refusal');
  if (refusals.length > 0) {
    throw new LevitateError(
      'PREFLIGHT_REFUSED',
      refusals.map(({ name, found }) => `${name}: ${found}`).join('\n'),
      {
        hint: refusals.map(({ advice }) => advice).join('\n'),
        data: { checks },
      },
    );
  }
  return checks;
}
