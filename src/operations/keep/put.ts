import { callFlasher, type Lease } from '../../device/flasher.js';
import {
  forgetKept,
  isOfDevice,
  keptArchive,
  loadKept,
  noteKept,
} from '../../device/kept-files.js';
import { LevitateError, reasonOf } from '../../errors.js';
import type { Consent } from '../../flash/kind.js';
import type { KeepSpec, Profile } from '../../profile/profile.js';
import type { KeptFiles } from '../../protocol/kept-file.js';
import type { Session } from '../../protocol/session-file.js';
import { inform, inPhase, warn, type Run } from '../../progress.js';
import { sha256 } from '../../shared/sha256.js';
import type { Maintenance } from '../maintenance.js';
import { targetIn } from '../flash/targets.js';
import { sysupgradeArchive } from './sysupgrade-archive.js';

/** Files that a job puts into the new system, which were saved from the old one. */
export interface Keeping {
  /** What the profile says of them. */
  keep: KeepSpec;
  /** What is known of them, and the archive; missing where a person does without them. */
  saved?: { kept: KeptFiles; archive: Buffer };
}

/**
 * Finds what was saved for a device in maintenance, before anything is written.
 * @throws LevitateError KEEP_REFUSED where nothing was, and nobody has consented to lose it
 */
export async function findKept(
  keep: KeepSpec,
  session: Session,
  { dropKept }: Consent,
): Promise<Keeping> {
  if (dropKept) return { keep };
  const { host } = session;
  const saved = await loadKept(host);
  if (saved && isOfDevice(saved.kept, session)) return { keep, saved };
  throw new LevitateError(
    'KEEP_REFUSED',
    saved
      ? `what is kept in ${keptArchive(host)} may be of another device than this one`
      : `the profile keeps files of the old system, and none of ${host} were saved on this machine`,
    {
      hint: 'They are saved when the device is entered: go on from the machine that did that, or go back and enter again. To write without them, consent with --drop-kept.',
    },
  );
}

/** Notes that the old system, which the files are of, is being overwritten: what was saved is then the only copy. */
export async function noteWriting({ saved }: Keeping): Promise<void> {
  if (saved) await noteKept((saved.kept = { ...saved.kept, state: 'writing' }));
}

/**
 * Puts the files into the new system, after that was read back, and compares what is on the medium then. After a cut the same call
 * begins anew.
 * @param writing does work that needs the lease, over a new connection where the link is cut
 * @throws LevitateError WRITE_FAILED, VERIFY_FAILED, TARGET_MISSING, CONNECTION_LOST, LEASE_LOST
 */
export async function putKept(
  maintenance: Maintenance,
  profile: Profile,
  { keep, saved }: Keeping,
  writing: (work: (lease: Lease) => Promise<unknown>) => Promise<unknown>,
  run: Run,
): Promise<void> {
  const { args } = targetIn(profile, keep.into);
  const call = (verb: string, words: string[], stdin?: Buffer) =>
    writing(({ token }) =>
      callFlasher(maintenance.transport, [verb, token, ...words], {
        ...(stdin ? { stdin } : {}),
        ...(run.signal ? { signal: run.signal } : {}),
      }),
    );
  if (!saved) {
    warn(run, `keep: nothing of the old system is put into ${keep.into}.`);
    await call('settled', ['keep']);
    return;
  }
  const archive =
    keep.as === 'files' ? saved.archive : sysupgradeArchive(saved.archive, saved.kept.at);
  const words = [sha256(archive), keep.within, ...args];
  await inPhase(
    run,
    'keep',
    async () => {
      await call('keep', words, archive);
      await call('kept', words, archive);
    },
    keep.into,
  );
  saved.kept = { ...saved.kept, state: 'put' };
  await noteKept(saved.kept).catch((error: unknown) =>
    warn(run, `That the kept files are in place could not be noted: ${reasonOf(error)}.`),
  );
  inform(run, `keep: ${saved.kept.entries} files and folders are in ${keep.into}, as they were.`);
}

/** Takes the saved files away, once a system is confirmed that has them, or whose own they still are. */
export async function settleKept(session: Session, isNew: boolean, run: Run): Promise<void> {
  const { host, entryId } = session;
  try {
    const found = await loadKept(host);
    if (!found) return;
    const { state, carried, entryId: of } = found.kept;
    const untouched = !isNew && of === entryId && !carried;
    if (state !== 'writing' || untouched) return await forgetKept(host);
    if (isNew)
      warn(run, `What was saved of the old system of ${host} is still in ${keptArchive(host)}.`);
  } catch (error) {
    warn(run, `What was saved of ${host} could not be taken away: ${reasonOf(error)}.`);
  }
}
