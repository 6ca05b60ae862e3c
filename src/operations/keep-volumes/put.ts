import { callFlasher, type Lease } from '../../device/flasher.js';
import {
  allVolumes,
  forgetUnfinished,
  forgetVolumes,
  noteVolumes,
  volumesFolder,
} from '../../device/kept-volumes.js';
import { replyOf } from '../../device/replies.js';
import { LevitateError, reasonOf } from '../../errors.js';
import { placeOf } from '../../flash/kept-volumes.js';
import type { Consent, Job, KeptVolume } from '../../flash/kind.js';
import { inform, warn, type Check, type Run } from '../../progress.js';
import type { KeptVolumes } from '../../protocol/kept-volumes-file.js';
import type { Session } from '../../protocol/session-file.js';
import { flashTarget, inspectJob, type Connected } from '../flash/flash-target.js';
import type { VolumeKeeping } from './find.js';
import { volumeSubject } from './save.js';

/** Notes that the layout, which the volumes are on, is being overwritten: what was saved is then the only copy. */
export async function noteVolumesWriting({ copy }: VolumeKeeping): Promise<void> {
  if (copy) await noteVolumes((copy.kept = { ...copy.kept, state: 'writing' }));
}

/**
 * Puts kept volumes back into a layout that was written and read back, reads them back, and lets the device note that all of it is
 * whole: until then it counts as half written. After a cut the same call carries on.
 * @throws LevitateError KEEP_REFUSED, WRITE_FAILED, VERIFY_FAILED, CONNECTION_LOST, LEASE_LOST
 */
export async function putVolumes(
  connected: Connected,
  keeping: VolumeKeeping,
  { entryId }: Session,
  lease: Lease,
): Promise<void> {
  const { job, volumes, copy } = keeping;
  if (!copy) return;
  for (const index of volumes.keys()) await putOne(connected, keeping, index, lease);
  // Noted first on this machine, which would else put them back over what a system has made of them since.
  copy.kept = { ...copy.kept, entryId, state: 'put' };
  await noteVolumes(copy.kept);
  await callFlasher(connected.transport, [
    ...['verified', lease.token, job.image.sha256],
    ...job.args,
  ]);
  job.state.verified = true;
  const names = volumes.map(({ name }) => name).join(', ');
  inform(
    connected,
    `keep: ${names} of ${job.target} ${volumes.length > 1 ? 'hold' : 'holds'} what was saved.`,
  );
}

/** What is told of a target whose volumes are back. Pure. */
export const putBack = (keeping: VolumeKeeping | undefined): { keptVolumes?: string[] } =>
  keeping ? { keptVolumes: keeping.volumes.map(({ name }) => name) } : {};

async function putOne(
  connected: Connected,
  { job, volumes, parts, copy, states }: VolumeKeeping,
  index: number,
  lease: Lease,
): Promise<void> {
  const { target } = job;
  const { kind, args } = parts[index]!;
  const image = copy!.images[index]!;
  const volume = volumes[index]!;
  if (!placeOf(volume, job.image.ubi?.table ?? [])) await makeVolume(connected, job, volume, lease);
  const facts = replyOf(await callFlasher(connected.transport, ['target', ...args]), 'target');
  const { size, leb_size: lebSize = 1 } = facts;
  const needed = volume.isStatic ? image.length : volume.lebs * volume.lebSize;
  if (lebSize !== volume.lebSize || size < needed)
    throw new LevitateError(
      'KEEP_REFUSED',
      `${target}: the new volume ${volume.name} has ${size} bytes in logical eraseblocks of ${lebSize}, and what was saved needs ${needed} in those of ${volume.lebSize}`,
      { hint: `It stays in ${volumesFolder(copy!.kept.host, target)}.` },
    );
  const put: Job = {
    ...{ target: volumeSubject(target, volume.name), kind, args, image, state: states[index]! },
    // In place, so that the volume keeps the number that it has in the layout.
    facts: { ...facts, pinned: 'it is put back' },
  };
  if (put.state.verified) return;
  await inspectJob(connected, put);
  await flashTarget(connected, put, lease);
}

/** Makes a volume that the layout lacks, as the one was on the device. */
const makeVolume = (
  { transport }: Connected,
  { args }: Job,
  { name, isStatic, lebs, alignment }: KeptVolume,
  { token }: Lease,
): Promise<unknown> =>
  callFlasher(transport, [
    ...['make-volume', token, name, isStatic ? 'static' : 'dynamic', lebs, alignment],
    ...args,
  ]);

/** The volumes of a device whose only copy may be the one on this machine: a write has begun, and they are not back yet. */
export const waitingVolumes = async (host: string): Promise<KeptVolumes[]> =>
  (await allVolumes(host)).filter(({ state }) => state === 'writing');

/** The rows of the preflight for volumes that wait on this machine, and images that go to their layouts. Pure. */
export const waitingChecks = (
  waiting: KeptVolumes[],
  images: readonly (readonly [target: string, unknown])[],
  { dropKept }: Consent,
): Check[] =>
  waiting
    .filter(({ target }) => images.some(([name]) => name === target))
    .map(({ host, target, volumes, at }) => ({
      ...{ name: 'kept volumes', verdict: 'warning' },
      found: `${volumes.map(({ name }) => name).join(', ')} of ${target}, saved at ${at}, wait in ${volumesFolder(host, target)}`,
      advice: dropKept
        ? 'They are not put back, as --drop-kept asks.'
        : 'Maintenance tells whether the layout was begun: they are put back then, and else they are saved anew.',
    }));

/** Takes the saved volumes away, once a system is confirmed that has them, or whose own they still are. */
export async function settleVolumes(session: Session, isNew: boolean, run: Run): Promise<void> {
  const { host, entryId } = session;
  try {
    for (const { target, state, entryId: of, at } of await allVolumes(host)) {
      const untouched = !isNew && of !== '' && of === entryId;
      if (state !== 'writing' || untouched) await forgetVolumes(host, target);
      else
        warn(
          run,
          `The volumes of ${target} that were saved at ${at} are still in ${volumesFolder(host, target)}, and not back on ${host}.`,
        );
    }
    await forgetUnfinished(host);
  } catch (error) {
    warn(
      run,
      `The volumes that were saved of ${host} could not be taken away: ${reasonOf(error)}.`,
    );
  }
}
