import type { DeployOptions, DeployResult, FlashedTarget, Progress } from 'levitate';
import type { ImageCache, UsedImage } from '../images/image-cache.js';
import type { Deployed, Driver, Order, Step, WearPoint } from './driver.js';
import { marksOf } from './marks.js';

/**
 * Deploys with levitate, over SSH.
 * @param cache what reads each image once
 * @param sshConfig an ssh_config in place of this user's own
 */
export const levitateDriver = (cache: ImageCache, sshConfig?: string): Driver => {
  const ssh = sshConfig === undefined ? {} : { sshConfig };
  return {
    look: async ({ host }) => {
      const { isPlaceholder, probe } = await import('levitate');
      const { facts } = await probe({ host, ...ssh });
      return { marks: marksOf(facts, isPlaceholder) };
    },
    deploy: async (order) => {
      const { host, profile, expectBuild, leaseOwner, beforeWrite, onReboot, onStep } = order;
      const { deploy } = await import('levitate');
      const used = await usedImages(order, cache);
      await using _ = used;
      const { images } = used;
      const expected = expectBuild === undefined ? {} : { expectBuild };
      const job = { host, profile, images, leaseOwner, beforeWrite, ...ssh, ...expected };
      const result = await deploy(job, {
        onProgress: (event) => {
          if (event.type === 'phase' && event.phase === 'leave') onReboot();
          const step = stepOf(event);
          if (step) onStep(step);
        },
      });
      return deployed(result);
    },
  };
};

/** The images of an order, which stay in the cache until they are let go of. */
async function usedImages({ images }: Order, cache: ImageCache) {
  const found: DeployOptions['images'] = {};
  const used: UsedImage[] = [];
  const letGo = async () => {
    for (const one of used) await one[Symbol.asyncDispose]();
  };
  try {
    for (const [target, { image, sha256 }] of Object.entries(images)) {
      const one = await cache.use(image, sha256);
      used.push(one);
      found[target] = one.read;
    }
    return { images: found, [Symbol.asyncDispose]: letGo };
  } catch (error) {
    await letGo();
    throw error;
  }
}

/** What an event of a deploy says of how far it is; undefined where it says nothing of that. */
function stepOf(event: Progress): Step | undefined {
  if (event.type === 'phase' && event.state === 'start') return { phase: event.phase };
  if (event.type !== 'bytes') return undefined;
  const { phase, done, total } = event;
  return { phase, done, total };
}

const deployed = ({ flash, leave, slot }: DeployResult): Deployed => {
  const targets = flash?.targets ?? [];
  const build = leave?.build ?? slot?.build;
  const digests = targets.map(({ target, sha256 }) =>
    targets.length > 1 ? `${target}:${sha256}` : sha256,
  );
  return {
    bytes: targets.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
    sha256: digests.join(' '),
    ...(build === undefined ? {} : { build }),
    wear: targets.flatMap(wearOf),
  };
};

/** The erase counters of the flash below a target, where it has some. */
const wearOf = ({ target, counters }: FlashedTarget): WearPoint[] =>
  (['before', 'after'] as const).flatMap((when) => {
    const { valid = 0, mean = 0, highest = 0 } = counters?.[when] ?? {};
    return valid > 0 ? [{ medium: target, when, mean, highest }] : [];
  });
