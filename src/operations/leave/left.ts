import { loadSession, saveSession, type Session } from '../../device/session.js';
import { reasonOf } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { warn, type Run } from '../../progress.js';
import type { LeaveTaken } from '../../protocol/session-file.js';

/** A device that has taken an order to leave. */
export interface Left {
  /** The entry that it leaves. */
  session: Session;
  /** The boot id of its maintenance system. */
  oldBootId: string;
  /** Whether a new system is awaited. */
  isNew: boolean;
  /** What the profile says of the system that comes up. */
  confirm: Profile['confirm'];
}

/** Keeps that a device was told to leave, so that the same command can confirm it later; where it cannot, the person is told. */
export async function noteLeft({ session, oldBootId, isNew, confirm }: Left, run: Run) {
  const { build, ...rest } = confirm;
  const { read, expect } = build ?? {};
  const known = read && { build: { read, ...(expect === undefined ? {} : { expect }) } };
  const leaving: LeaveTaken = { oldBootId, isNew, confirm: { ...rest, ...known } };
  try {
    // What is kept may name another ssh_config than this command does.
    const kept = await loadSession(session.host);
    if (kept?.entryId === session.entryId) await saveSession({ ...kept, leaving });
  } catch (error) {
    warn(run, `That ${session.host} was told to leave could not be kept: ${reasonOf(error)}.`);
  }
}

/** The device as it was told to leave from this machine, where nobody has confirmed it since. */
export async function leftDevice(host: string): Promise<Left | undefined> {
  const session = await loadSession(host);
  if (session?.leaving === undefined) return undefined;
  const { oldBootId, isNew, confirm } = session.leaving;
  const { build, hostKey, timeoutSeconds } = confirm;
  return {
    session,
    oldBootId,
    isNew,
    confirm: {
      build: build && { read: build.read, expect: build.expect },
      hostKey,
      timeoutSeconds,
    },
  };
}
