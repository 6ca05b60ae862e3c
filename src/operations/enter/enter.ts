import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { archiveInfo, readEntry } from '../../archive/read.js';
import {
  interruptible,
  isNotThereYet,
  connectRunning,
  type Connection,
} from '../../device/connect.js';
import { gatherFacts, type Facts } from '../../device/facts.js';
import { archiveName, carried } from '../../device/hook.js';
import { temporaryFolder } from '../../shared/user-folders.js';
import { preflight } from '../../device/preflight.js';
import { loadSession } from '../../device/session.js';
import { retryOnce } from '../../shared/poll.js';
import { exitStatus, isCode, LevitateError } from '../../errors.js';
import { loadProfile } from '../../profile/load.js';
import { difference, isCompatible } from '../../protocol/compatible.js';
import { inPhase, warning, type Check, type Emit } from '../../progress.js';
import { workingBytes, workingSetBytes } from '../../rootfs/ram.js';
import { attach } from './attach.js';
import { waitForMaintenance } from './wait-for-maintenance.js';
import { refuseOtherBoards } from '../flash/boards.js';
import { buildArchive, forDevice } from '../build/build.js';
import { foresee, type Intent } from '../flash/foresee.js';
import { checkLocalMachine } from '../local-machine.js';
import { stoppable } from '../interrupt.js';
import { openMaintenance } from '../open-maintenance.js';
import { takeOver, type Payload } from './takeover.js';
import { wayBack } from './way-back.js';

export interface EnterOptions extends Connection {
  /** Path of a profile; without it, the archive that `levitate install` left on the device is used. */
  profile?: string;
  /** Build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** Show the preflight and change nothing. */
  dryRun?: boolean;
  /** What will be flashed: what is known to speak against it is refused before the device is entered. */
  intent?: Intent;
}

export interface EnterResult {
  host: string;
  checks: Check[];
  /** Whether the device is in maintenance now; false after a dry run. */
  entered: boolean;
  /** Whether it was there already, from an entry before. */
  already: boolean;
  seconds: number;
  bootId: string;
}

/**
 * Takes a device into maintenance: facts, preflight, stage, personalise, rehearse, arm, trigger, wait, prove.
 * Until the trigger, every failure and every abort leaves the device as it was found.
 * @throws LevitateError PREFLIGHT_REFUSED, NOT_INSTALLED, STAGE_FAILED, REHEARSAL_FAILED, ENTER_FAILED,
 * RECONNECT_TIMEOUT, INTERRUPTED, and what `foresee`, building and connecting throw
 */
export async function enter(
  options: EnterOptions,
  emit: Emit,
  signal?: AbortSignal,
): Promise<EnterResult> {
  await checkLocalMachine('entries');
  const scratch = await temporaryFolder();
  try {
    const interruption = { message: 'interrupted; nothing on the device has changed' };
    return await stoppable(signal, interruption, () => enterWith(scratch, options, emit, signal));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function enterWith(
  scratch: string,
  options: EnterOptions,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<EnterResult> {
  const started = performance.now();
  const there = await alreadyThere(options, emit, signal);
  if (there) {
    emit({ type: 'note', level: 'info', message: 'The device is in maintenance already.' });
    return { ...there, seconds: Math.round(performance.now() - started) / 1000 };
  }
  const built =
    options.profile === undefined
      ? undefined
      : await buildPayload(options, options.profile, scratch, emit);
  signal?.throwIfAborted();
  await using running = await connectRunning(options, [], signal);
  const facts = await inPhase(emit, 'facts', () =>
    retryOnce(() => gatherFacts(interruptible(running, signal))),
  );
  const done = (checks: Check[], entered: boolean, already: boolean): EnterResult => ({
    host: options.host,
    checks,
    entered,
    already,
    seconds: Math.round(performance.now() - started) / 1000,
    bootId: facts.bootId,
  });
  if (facts.state === 'maintenance') {
    if (!options.dryRun) await attach(options, running, facts);
    emit({ type: 'note', level: 'info', message: 'The device is in maintenance already.' });
    return done([], true, true);
  }
  const cargo = built ?? installedPayload(facts, options.host);
  const checks = judge(facts, cargo, emit);
  const { address, check } = await wayBack(options, running, facts, cargo.profile, signal);
  checks.push(check);
  emit({ type: 'check', ...check });
  if (options.intent) {
    refuseOtherBoards(options.intent.images, facts.compatible, emit);
    const targets = await foresee(interruptible(running, signal), cargo.profile, options.intent);
    checks.push(...targets);
    for (const target of targets) emit({ type: 'check', ...target });
  }
  emit({ type: 'phase', phase: 'preflight', state: 'done', seconds: 0 });
  if (options.dryRun) return done(checks, false, false);
  const session = await takeOver(address, running, facts, cargo, emit, signal);
  await waitForMaintenance({
    options,
    session,
    facts,
    profile: cargo.profile,
    running,
    emit,
    ...(signal ? { signal } : {}),
  });
  return done(checks, true, false);
}

/** The answer to a second `enter`: the session of the first one still opens the maintenance system. */
async function alreadyThere(
  options: Connection,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<Omit<EnterResult, 'seconds'> | undefined> {
  const { host } = options;
  if (!(await loadSession(host, warning(emit)))) return undefined;
  try {
    await using reached = await openMaintenance(options, emit, signal);
    const { status } = reached;
    return { host, checks: [], entered: true, already: true, bootId: status.boot_id };
  } catch (error) {
    if (isNotThereYet(error) || isCode(error, 'NOT_IN_MAINTENANCE')) return undefined;
    throw error;
  }
}

async function buildPayload(
  { locked = false, ...device }: EnterOptions,
  profilePath: string,
  scratch: string,
  emit: Emit,
): Promise<Payload> {
  const profile = forDevice(await loadProfile(profilePath));
  const { compression } = profile.archive;
  const archive = path.join(scratch, archiveName(compression));
  const options = { profile: profilePath, output: archive, locked, device };
  await buildArchive(profile, options, emit);
  const { ramBytes, modules } = await archiveInfo(archive);
  return {
    profile,
    modules,
    rootBytes: ramBytes - workingSetBytes,
    source: async () => ({
      from: 'here',
      compression,
      bytes: createReadStream(archive),
      busybox: await readEntry(archive, 'usr/bin/busybox'),
    }),
  };
}

function installedPayload(facts: Facts, host: string): Payload {
  if (!facts.installed) {
    throw new LevitateError('NOT_INSTALLED', `nothing is installed on ${host}`, {
      hint: `Give a profile: levitate enter ${host} PROFILE. Its archive then goes into RAM only.`,
    });
  }
  const { profile, protocol, damage } = facts.installed;
  if (!profile) {
    throw new LevitateError('REMOTE_FAILED', `what is installed on ${host} is damaged: ${damage}`, {
      hint: `Install again: levitate install PROFILE ${host}. Or give a profile: levitate enter ${host} PROFILE.`,
    });
  }
  if (!isCompatible({ protocol }))
    throw new LevitateError(
      'FLASHER_INCOMPATIBLE',
      `what is installed on ${host} is of another levitate: it ${difference({ protocol })}`,
      {
        hint: `Install again: levitate install PROFILE ${host}. Or give a profile: levitate enter ${host} PROFILE.`,
        exit: exitStatus.refused,
      },
    );
  const compression = carried(profile.archive.compression);
  return {
    profile,
    modules: facts.installed.modules,
    rootBytes: facts.installed.size,
    source: () => Promise.resolve({ from: 'installed', compression }),
  };
}

function judge(facts: Facts, { source: _, ...cargo }: Payload, emit: Emit): Check[] {
  emit({ type: 'phase', phase: 'preflight', state: 'start' });
  const checks = preflight(facts, { ...cargo, workingBytes: workingBytes(facts.init) });
  for (const check of checks) emit({ type: 'check', ...check });
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
