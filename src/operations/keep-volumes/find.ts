import { isOfDevice } from '../../device/kept-files.js';
import {
  indexVolume,
  loadVolumes,
  roomForVolumes,
  setVolumesAside,
  volumeFile,
  volumesFolder,
} from '../../device/kept-volumes.js';
import { LevitateError } from '../../errors.js';
import { imageSequences } from '../../flash/image-sequence.js';
import { JobState } from '../../flash/job-state.js';
import type { Consent, Job, KeptPart, KeptVolume } from '../../flash/kind.js';
import type { ImageIndex } from '../../image/image.js';
import { inform, warn, type Run } from '../../progress.js';
import type { KeptVolumes } from '../../protocol/kept-volumes-file.js';
import type { Session } from '../../protocol/session-file.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { refuse } from '../flash/targets.js';
import { onlyCopies, type KeptOfLayout } from './volumes.js';

/** The volumes of a layout that keep their content through a job. */
export interface VolumeKeeping {
  /** The job that writes the layout. */
  job: Job;
  /** What is known of each of them. */
  volumes: readonly KeptVolume[];
  /** Each of them as a target of its own. */
  parts: KeptPart[];
  /** Their content on this machine, and what is known of it; missing until it is saved. */
  copy?: { kept: KeptVolumes; images: ImageIndex[] };
  /** How far putting each back has come. */
  states: JobState[];
}

/**
 * Finds the volumes that a layout keeps, before anything is written: on the device, or on this machine where a write has begun and
 * not ended, whose copy is then the only one. Checks the image with them.
 * @returns nothing where there is nothing to keep
 * @throws LevitateError KEEP_REFUSED, VOLUMES_AT_RISK
 */
export async function findVolumes(
  job: Job,
  known: KeptOfLayout,
  session: Session,
  consent: Consent,
  run: Run,
): Promise<VolumeKeeping | undefined> {
  if (known.parts.length === 0) return undefined;
  const found = consent.dropKept ? undefined : await keepingOf(job, known, session, run);
  if (found) job.facts = { ...job.facts, keeps: found.volumes };
  refuse(job.target, job.kind.check(job.image, job.facts, consent));
  return found;
}

async function keepingOf(
  job: Job,
  { parts, there, unread, begun }: KeptOfLayout,
  session: Session,
  run: Run,
): Promise<VolumeKeeping | undefined> {
  const saved = await loadVolumes(session.host, job.target);
  if (saved && isOnlyCopy(saved, job, { there, begun }, session))
    return await fromCopy(job, parts, saved, session, run);
  if (begun) throw elsewhere(job.target, parts, session.host);
  if (unread) throw unread;
  refuseDetached(job, there);
  for (const { name } of parts.filter((part) => there.every((one) => one.name !== part.name)))
    inform(run, `keep: there is no volume ${name} with content on the device.`);
  if (there.length === 0) return undefined;
  await refuseFull(job, there, session.host);
  return { job, volumes: there, ...beginning(there, parts) };
}

/** The parts of volumes, in their order, none of which is back yet. */
const beginning = (volumes: readonly { name: string }[], parts: KeptPart[]) => ({
  parts: volumes.flatMap(({ name }) => parts.filter((part) => part.name === name)),
  states: volumes.map(() => new JobState()),
});

/**
 * Whether the volumes are on this machine alone. A layout that was begun has given the eraseblocks another number; a run that ended
 * before it began has left them on the device, where they may have changed since. What is back counts as being there once the device
 * has noted it.
 */
function isOnlyCopy(
  { state, entryId, sequences, volumes }: KeptVolumes,
  job: Job,
  { there, begun }: Pick<KeptOfLayout, 'there' | 'begun'>,
  session: Session,
): boolean {
  if (begun) return state === 'writing' || (state === 'put' && entryId === session.entryId);
  if (state !== 'writing') return false;
  const isAnother = imageSequences(job.state.before).some((one) => !sequences.includes(one));
  return isAnother || volumes.some(({ name }) => there.every((one) => one.name !== name));
}

async function fromCopy(
  job: Job,
  parts: KeptPart[],
  kept: KeptVolumes,
  session: Session,
  run: Run,
): Promise<VolumeKeeping> {
  const { host } = session;
  const { target } = job;
  const folder = volumesFolder(host, target);
  const refused = (message: string, hint: string) =>
    new LevitateError('KEEP_REFUSED', `${target}: ${message}`, { hint, data: { folder } });
  if (!isOfDevice(kept, session))
    throw refused(
      `the volumes that are kept in ${folder} may be of another device than this one`,
      'Move the folder away where that is so. To write without what it holds, consent with --drop-kept.',
    );
  const strange = kept.volumes.find(({ name }) => parts.every((part) => part.name !== name));
  if (strange)
    throw refused(
      `${folder} has the only copy of the volume ${strange.name}, which the profile does not keep any more`,
      `List it under flash.targets.${target}.keep as before. To write without what it held, consent with --drop-kept.`,
    );
  const images: ImageIndex[] = [];
  for (const [index, { name, sha256 }] of kept.volumes.entries()) {
    const image = await indexVolume(volumeFile(host, target, index));
    if (image.sha256 !== sha256)
      throw refused(
        `the only copy of the volume ${name}, ${image.path}, is not what was saved`,
        'To write without what the volume held, consent with --drop-kept.',
      );
    images.push(image);
  }
  warn(
    run,
    `${target}: the write before has not ended. What is put into ${kept.volumes.map(({ name }) => name).join(', ')} was saved at ${kept.at}, in ${folder}, which is the only copy.`,
  );
  const volumes = onlyCopies(kept);
  return { job, volumes, ...beginning(volumes, parts), copy: { kept, images } };
}

const elsewhere = (target: string, parts: KeptPart[], host: string): LevitateError =>
  new LevitateError(
    'KEEP_REFUSED',
    `${target}: a write of the layout has begun, and what ${parts.map(({ name }) => name).join(', ')} held is not on this machine`,
    {
      hint: 'Go on from the machine that began the write, which has the only copy. To write without it, consent with --drop-kept.',
      data: { folder: volumesFolder(host, target) },
    },
  );

/** A UBI that cannot be attached tells nothing of its volumes; a flash without any has none. */
function refuseDetached({ target, facts, state }: Job, there: readonly KeptVolume[]): void {
  const isUbi = state.before.some((header) => header.startsWith('55424923'));
  if (there.length > 0 || (facts.volumes ?? []).length > 0 || !isUbi) return;
  throw new LevitateError(
    'KEEP_REFUSED',
    `${target}: the UBI on ${facts.name} cannot be attached, so that nothing can be kept of its volumes`,
    { hint: 'To write without what they hold, consent with --drop-kept.' },
  );
}

async function refuseFull(
  { target }: Job,
  volumes: readonly KeptVolume[],
  host: string,
): Promise<void> {
  const needed = volumes.reduce((sum, { bytes }) => sum + bytes, 0);
  const free = await roomForVolumes(host, target);
  if (needed <= free) return;
  throw new LevitateError(
    'KEEP_REFUSED',
    `${target}: the volumes that the profile keeps have ${formatBytes(needed)}, and ${formatBytes(free)} are free on this machine for ${volumesFolder(host, target)}`,
    { hint: 'Make room there, or name another folder with XDG_STATE_HOME.' },
  );
}

/** Puts what waits on this machine aside, where a person writes without it. */
export async function dropWaiting(
  host: string,
  target: string,
  { dropKept }: Consent,
  run: Run,
): Promise<void> {
  if (!dropKept || (await loadVolumes(host, target))?.state !== 'writing') return;
  const aside = await setVolumesAside(host, target);
  warn(run, `${target}: what was saved of its volumes is not put back; it stays in ${aside}.`);
}
