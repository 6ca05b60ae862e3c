import {
  interruptible,
  isNotThereYet,
  connectMaintenance,
  type Connection,
} from '../device/connect.js';
import { connectRoot } from '../device/root-login.js';
import { gatherFacts } from '../device/gather-facts.js';
import { anyStatus, callFlasher, flasherProfile, type FlasherStatus } from '../device/flasher.js';
import { shownReason } from '../device/reboot-reason.js';
import { isReply } from '../protocol/parse-reply.js';
import { volumesFolder } from '../device/kept-volumes.js';
import { loadSession, type Session } from '../device/session.js';
import type { Transport } from '../ssh/transport.js';
import { retryOnce } from '../shared/poll.js';
import { exitStatus, isCode } from '../errors.js';
import { warn, type Run } from '../progress.js';
import { stoppable } from './interrupt.js';
import { waitingVolumes } from './keep-volumes/put.js';
import { ifReadable, namesByKey } from './named-targets.js';
import { lookSeconds, untilAnswered } from './until-answered.js';
import { whileLooking } from './where-cut.js';

export type { Connection } from '../device/connect.js';
export type { Ask } from '../ssh/askpass.js';
export type { FlasherStatus } from '../device/flasher.js';

/** What `status` gives. */
export interface StatusResult {
  /** The device, as it was named. */
  host: string;
  /** Which system answers, and whether an entry is prepared in it. */
  where: 'normal' | 'staged' | 'armed' | 'maintenance' | 'unreachable';
  /** Why the device did not answer, where it is unreachable. */
  reason?: string;
  /** The boot id of the kernel that answers. */
  bootId?: string;
  /** The init system of a device in its own system. */
  init?: string;
  /**
   * The reboot reason of the entry that was made from this machine, or of another entry with its age, where pstore kept
   * it.
   */
  rebootReason?: string;
  /** SHA-256 of the archive that `levitate install` left on the device. */
  installed?: string;
  /** Seconds without contact after which a device in maintenance goes back by itself, while nothing was written. */
  goesBackAfterSeconds?: number;
  /** What the flasher of a device in maintenance says. */
  maintenance?: FlasherStatus;
  /** In place of `maintenance` where its flasher speaks another protocol than this levitate. */
  incompatible?: { protocol: number; version: string };
  /**
   * What was touched, written and verified in the maintenance system: seconds since the kernel started, and the event.
   */
  journal?: { seconds: number; event: string }[];
  /** The name in the profile of each target that `maintenance.targets` and the journal know by its key. */
  names?: Record<string, string>;
  /** The image that was last written to each target from this machine, as TARGET=IMAGE names it. */
  images?: Record<string, string>;
  /** Volumes of layouts that were saved on this machine before a write which has not ended, and are not back on the device. */
  keptVolumes?: WaitingVolumes[];
}

/** Volumes of a layout that wait on this machine, whose copy may be the only one. */
export interface WaitingVolumes {
  /** The name of the layout in the profile. */
  target: string;
  /** The names of the volumes. */
  volumes: string[];
  /** When they were saved, as ISO 8601. */
  at: string;
  /** The folder that they are in. */
  folder: string;
}

/**
 * Tells where a device is, and in maintenance what its journal says. It changes nothing.
 * @throws LevitateError INTERRUPTED, and what connecting and asking throw other than HOST_UNREACHABLE
 */
export const status = (options: Connection, run: Run = {}): Promise<StatusResult> =>
  stoppable(
    run.signal,
    { message: 'interrupted; nothing has changed', exit: exitStatus.unknownState },
    async () => {
      const found = await whereIs(options, run);
      const keptVolumes = (await waitingVolumes(options.host)).map(
        ({ target, volumes, at }): WaitingVolumes => ({
          ...{ target, volumes: volumes.map(({ name }) => name), at },
          folder: volumesFolder(options.host, target),
        }),
      );
      return keptVolumes.length > 0 ? { ...found, keptVolumes } : found;
    },
  );

/** Looks until a system answers, for a while where there is an entry. */
async function whereIs(options: Connection, run: Run): Promise<StatusResult> {
  const { host } = options;
  const session = await loadSession(host, (message) => warn(run, message));
  const once = () => retryOnce(() => look(options, session, run));
  try {
    return await (session ? untilAnswered(run, lookSeconds, once) : once());
  } catch (error) {
    if (!isCode(error, 'HOST_UNREACHABLE')) throw error;
    return { host, where: 'unreachable', reason: error.message };
  }
}

/**
 * Looks once, at the maintenance system and then at the one of its own.
 * @throws LevitateError HOST_UNREACHABLE where no system answers
 */
async function look(
  options: Connection,
  session: Session | undefined,
  run: Run,
): Promise<StatusResult> {
  const { host } = options;
  const entered = session && (await connectMaintenance(session, run).catch(ifNotThere));
  if (entered) {
    await using maintenance = entered;
    return await inMaintenance(host, interruptible(maintenance, run.signal), session?.images);
  }
  return whileLooking(() => lookByLogin(options, session, run));
}

/** Looks by the person's own login, which any system of the device may answer. */
async function lookByLogin(
  options: Connection,
  session: Session | undefined,
  run: Run,
): Promise<StatusResult> {
  const { host } = options;
  // Nobody types sudo's password to see where a device is.
  await using running = await connectRoot(options, run, { asksForSudo: false });
  const transport = interruptible(running, run.signal);
  const facts = await gatherFacts(transport);
  if (facts.state === 'maintenance') return await inMaintenance(host, transport, session?.images);
  const rebootReason = shownReason(facts.rebootReason, session?.entryId);
  return {
    host,
    where: facts.armed ? 'armed' : facts.staged ? 'staged' : 'normal',
    bootId: facts.bootId,
    init: facts.init,
    ...(rebootReason === undefined ? {} : { rebootReason }),
    ...(facts.installed ? { installed: facts.installed.sha256 } : {}),
  };
}

const ifNotThere = (error: unknown): undefined => {
  if (!isNotThereYet(error)) throw error;
};

async function inMaintenance(
  host: string,
  transport: Transport,
  images: StatusResult['images'],
): Promise<StatusResult> {
  const { core, status: maintenance } = await anyStatus(transport);
  const { boot_id: bootId, protocol = 0, version } = core;
  if (!maintenance)
    return { host, where: 'maintenance', bootId, incompatible: { protocol, version } };
  const journal = (await callFlasher(transport, ['journal'])).flatMap((reply) =>
    isReply(reply, 'journal') ? [{ seconds: reply.seconds, event: reply.event }] : [],
  );
  const profile = await ifReadable(flasherProfile(transport));
  return {
    ...{ host, where: 'maintenance', bootId, maintenance, journal },
    ...(profile && !maintenance.touched
      ? { goesBackAfterSeconds: profile.safety.idleTimeoutSeconds }
      : {}),
    ...(journal.length === 0 ? {} : { names: namesByKey(profile) }),
    ...(journal.length > 0 && images ? { images } : {}),
  };
}
