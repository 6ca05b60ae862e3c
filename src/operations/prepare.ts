import { readKernel, type GivenKernel } from '../boot-image/running-kernel.js';
import type { Connection } from '../device/connect.js';
import { LevitateError } from '../errors.js';
import type { ImageIndex } from '../image/image.js';
import { indexImage } from '../image/index.js';
import { asRequest, type ImageRequest } from '../image/request.js';
import type { TrustedKey } from '../image/signature/trusted-key.js';
import { loadProfile } from '../profile/load.js';
import type { Profile } from '../profile/profile.js';
import { inPhase, report, type Run } from '../progress.js';
import { memberImages } from './flash/members.js';
import { refuseUnknown } from './flash/targets.js';
import { slotImageNames } from './slots/slot-images.js';
import { indexOf, type ReadImage } from './read-image.js';
import { checkLocalMachine } from './local-machine.js';

/** An image that was read from end to end, under the name of the target that it goes to. */
export type TargetImage = [target: string, ImageIndex];

/** What an operation needs of this machine before a device is asked for anything; each part is read once. */
export interface Prepared {
  /** The device and how it is reached. */
  connection: Connection;
  /** The profile and its path; without it, the archive that `levitate install` left on the device is used. */
  profile?: { path: string; value: Profile; locked: boolean };
  /** The images that will be flashed. */
  images: TargetImage[];
  /** The kernel for a rescue, where somebody gave one. */
  kernel?: GivenKernel;
}

/** What `prepare` takes. */
export interface PrepareOptions extends Connection {
  /** Path of a profile. */
  profile?: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone. */
  locked?: boolean;
  /** Target name → the image: a path, `raw:` and a path, or a request; or what was read before. */
  images?: Record<string, string | ImageRequest | ReadImage>;
  /** Path of the kernel for a rescue, where the device does not have its file. */
  kernel?: string;
}

/**
 * Loads the profile and reads every image from end to end.
 * @throws LevitateError PROFILE_INVALID, TARGET_UNKNOWN, FOLDER_UNUSABLE, what reading images and a kernel throws, INTERRUPTED
 */
export async function prepare(
  { profile: path, locked = false, images = {}, kernel, ...given }: PrepareOptions,
  run: Run,
): Promise<Prepared> {
  await checkLocalMachine('entries');
  const profile = path === undefined ? undefined : { path, value: await load(path, run), locked };
  const ofSlots = slotImageNames(profile?.value ?? {});
  if (profile)
    for (const name of Object.keys(images))
      if (!ofSlots.includes(name)) refuseUnknown(profile.value, name);
  const { host, sshConfig, interactive, ask } = given;
  return {
    connection: {
      host,
      ...(sshConfig === undefined ? {} : { sshConfig }),
      ...(interactive === undefined ? {} : { interactive }),
      ...(ask === undefined ? {} : { ask }),
    },
    ...(profile ? { profile } : {}),
    ...(kernel === undefined ? {} : { kernel: await readKernel(kernel) }),
    images: memberImages(
      profile?.value ?? {},
      await indexImages(images, run, profile?.value.trust),
    ),
  };
}

async function load(path: string, run: Run): Promise<Profile> {
  const profile = await loadProfile(path);
  report(run, { type: 'debug', message: `loaded the profile ${path}` });
  return profile;
}

/**
 * Reads every image from end to end, before any device is asked for anything.
 * @param trust keys of which one must have signed each image; none where they need not be signed
 * @throws LevitateError what `indexImage` throws; INTERRUPTED
 */
export async function indexImages(
  images: Record<string, string | ImageRequest | ReadImage>,
  run: Run,
  trust: TrustedKey[] = [],
): Promise<TargetImage[]> {
  const found: TargetImage[] = [];
  for (const [target, given] of Object.entries(images))
    found.push([target, await indexGiven(given, run, trust)]);
  return found;
}

/** Where somebody must have signed an image, what was read before does not tell who has. */
async function indexGiven(
  given: string | ImageRequest | ReadImage,
  run: Run,
  trust: TrustedKey[],
): Promise<ImageIndex> {
  if (typeof given === 'string' || !('index' in given)) return indexImageFile(given, run, trust);
  const known = trust.length > 0 ? undefined : await indexOf(given);
  return known ?? indexImageFile(given.request, run, trust);
}

/**
 * Reads one image from end to end.
 * @throws LevitateError what `indexImage` throws; INTERRUPTED
 */
export async function indexImageFile(
  given: string | ImageRequest,
  run: Run,
  trust: TrustedKey[] = [],
): Promise<ImageIndex> {
  const request = asRequest(given);
  return inPhase(run, 'image', () => indexImage(request, run, trust), request.path).catch(
    (error: unknown) => {
      if (!run.signal?.aborted) throw error;
      throw new LevitateError('INTERRUPTED', 'interrupted while the images were read', {
        hint: 'Nothing was asked of the device.',
        cause: error,
      });
    },
  );
}
