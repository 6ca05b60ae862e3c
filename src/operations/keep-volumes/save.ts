import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import {
  forgetVolumes,
  indexVolume,
  makeVolumesFolder,
  noteVolumes,
  volumeFile,
  volumesFolder,
} from '../../device/kept-volumes.js';
import { readTarget } from '../../device/read-target.js';
import { targetFlasher } from '../../device/target-flasher.js';
import { isCode, LevitateError } from '../../errors.js';
import { imageSequences } from '../../flash/image-sequence.js';
import { sends } from '../../flash/write.js';
import type { ImageIndex } from '../../image/image.js';
import { inform, inPhase, report, type PhaseAhead, type Run } from '../../progress.js';
import type { Session } from '../../protocol/session-file.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { unusable } from '../../shared/user-folders.js';
import { keptFolder } from '../../device/kept-files.js';
import { planTarget, type Connected } from '../flash/flash-target.js';
import { aheadOfTarget } from '../phases-ahead.js';
import type { VolumeKeeping } from './find.js';

/** Does work over a connection, and over a new one where the link is cut. */
type Over = <T>(work: (connected: Connected) => Promise<T>) => Promise<T>;

/**
 * Saves the volumes that a layout keeps on this machine, and compares what was saved with what the medium holds. Where the layout is
 * on the medium already, nothing is written over them, and nothing is saved.
 * @returns whether they have to be put back
 * @throws LevitateError KEEP_REFUSED, FOLDER_UNUSABLE, CONNECTION_LOST
 */
export async function saveVolumes(
  keeping: VolumeKeeping,
  { host, entryId, device }: Session,
  over: Over,
  run: Run,
): Promise<boolean> {
  const { job, volumes, copy } = keeping;
  const { target, state } = job;
  const plan = (state.plan ??= await over((connected) => planTarget(connected, job)));
  if (copy) return true;
  if (!sends(plan.steps)) {
    job.facts = { ...job.facts, keeps: [] };
    return false;
  }
  await makeVolumesFolder(host, target);
  try {
    const images: ImageIndex[] = [];
    for (const index of volumes.keys())
      images.push(await saveOne(keeping, index, volumeFile(host, target, index), over, run));
    const kept = {
      ...{ host, target, entryId, ...(device ? { device } : {}), at: new Date().toISOString() },
      ...{ state: 'saved' as const, sequences: imageSequences(state.before) },
      volumes: volumes.map((volume, index) => ({ ...volume, sha256: images[index]!.sha256 })),
    };
    await noteVolumes(kept);
    keeping.copy = { kept, images };
  } catch (error) {
    await forgetVolumes(host, target).catch(() => undefined);
    throw error;
  }
  const what = volumes.map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`).join(', ');
  inform(
    run,
    `keep: ${what} of ${target} saved in ${volumesFolder(host, target)}, which has the only copy while the layout is written.`,
  );
  return true;
}

async function saveOne(
  { job, volumes, parts }: VolumeKeeping,
  at: number,
  path: string,
  over: Over,
  run: Run,
): Promise<ImageIndex> {
  const { name, bytes: total } = volumes[at]!;
  const { args } = parts[at]!;
  const subject = volumeSubject(job.target, name);
  return inPhase(
    run,
    'keep',
    async () => {
      const file = opened(path);
      let come = 0;
      const take = (bytes: Uint8Array): void => {
        for (let from = 0; from < bytes.length;) from += writing(file, bytes, from, come + from);
        come += bytes.length;
        job.state.progress += 1;
        report(run, { type: 'bytes', phase: 'keep', done: come, total, subject });
      };
      try {
        await over(({ transport, signal }) =>
          readTarget(transport, args, { from: come, length: total - come }, take, signal),
        );
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      const image = await indexVolume(path);
      await compareWithMedium(image, subject, job.state, args, over);
      return image;
    },
    subject,
  );
}

/** What is told of a volume of a layout. */
export const volumeSubject = (target: string, name: string): string => `${target} ${name}`;

/** The phases of putting volumes back. Pure. */
export const aheadOfVolumes = (putting: readonly VolumeKeeping[]): PhaseAhead[] =>
  putting.flatMap(({ job, volumes }) =>
    volumes.flatMap(({ name, bytes }) =>
      aheadOfTarget(volumeSubject(job.target, name), { length: bytes }),
    ),
  );

function opened(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw unusable(keptFolder(), error);
  }
}

/** Writes what comes at once, so that a medium which is faster than this machine's disk fills no memory. */
function writing(file: number, bytes: Uint8Array, from: number, place: number): number {
  try {
    return writeSync(file, bytes, from, bytes.length - from, place);
  } catch (error) {
    throw unusable(keptFolder(), error);
  }
}

/** Reads the volume once more on the device: what was saved is what it holds. */
async function compareWithMedium(
  image: ImageIndex,
  subject: string,
  state: { progress: number },
  args: string[],
  over: Over,
): Promise<void> {
  const found: string[] = [];
  await over(({ transport, signal }) =>
    targetFlasher(transport, args).hash(
      image.length,
      { index: found.length },
      ({ sha256 }) => {
        found.push(sha256);
        state.progress += 1;
      },
      signal,
    ),
  ).catch((error: unknown) => {
    throw isCode(error, 'VERIFY_FAILED') ? unlike(subject, error.message) : error;
  });
  const wrong = image.chunks.findIndex((sha256, index) => sha256 !== found[index]);
  if (wrong >= 0 || found.length !== image.chunks.length)
    throw unlike(subject, `MiB ${Math.max(0, wrong)} differs`);
}

const unlike = (subject: string, why: string): LevitateError =>
  new LevitateError(
    'KEEP_REFUSED',
    `what was saved of ${subject} is not what the medium holds: ${why}`,
    { hint: 'The same command again saves it anew.' },
  );
