import { isBootPartition } from '../../flash/boot-partition.js';
import type { Job, TargetFacts } from '../../flash/kind.js';
import { placeRescue, type PowerCutPlan } from '../../flash/rescue/plan.js';
import type { RescueFirmware, RescueSize } from '../../flash/rescue/size.js';
import type { ImageIndex } from '../../image/image.js';
import type { Profile } from '../../profile/profile.js';
import { refuse } from '../flash/targets.js';

/** What a rescue can be made of; or why there can be none, a sentence without a stop. */
export type RescueMeans = (RescueSize & { disk: string }) | { why: string };

/**
 * Plans what a power cut in the middle of a write leads to, of a whole disk that gets an image of one. Pure.
 * @param means what a rescue can be made of on this device and this machine
 * @returns the plan; nothing for any other target
 * @throws LevitateError RESCUE_IMPOSSIBLE where the profile writes the disk only with a rescue
 */
export function planPowerCut(
  target: string,
  image: ImageIndex,
  facts: TargetFacts,
  { safety }: Pick<Profile, 'safety'>,
  means: RescueMeans,
): PowerCutPlan | undefined {
  if (facts.kind !== 'block' || facts.partition || isBootPartition(facts)) return undefined;
  const plan = planned(image, facts, safety.powerCut, means);
  if (safety.powerCut === 'rescue')
    refuseWithoutRescue({ target, facts: { ...facts, powerCut: plan } });
  return plan;
}

/**
 * Refuses to write a disk without a rescue.
 * @throws LevitateError RESCUE_IMPOSSIBLE
 */
export function refuseWithoutRescue({ target, facts }: Pick<Job, 'target' | 'facts'>): void {
  const { name, powerCut } = facts;
  if (powerCut?.leadsTo !== 'nothing') return;
  refuse(target, {
    code: 'RESCUE_IMPOSSIBLE',
    message: `a power cut in the middle of the write would leave ${name} without a system that starts: ${powerCut.why}`,
    hint: 'safety.power-cut: accept in the profile writes it all the same.',
  });
}

function planned(
  image: ImageIndex,
  facts: TargetFacts,
  wish: Profile['safety']['powerCut'],
  means: RescueMeans,
): PowerCutPlan {
  const none = (why: string): PowerCutPlan => ({ leadsTo: 'nothing', why });
  const imageEnd = Math.max(image.length, image.disk?.size ?? 0);
  if (facts.rescue && facts.rescue.offset > 0) {
    const { firmware, offset, length } = facts.rescue;
    return imageEnd <= offset
      ? { leadsTo: 'rescue', firmware, offset, length, isThere: true, within: [] }
      : none(
          `the image ends at byte ${imageEnd}, and the rescue that is on the disk begins at ${offset}`,
        );
  }
  if (wish === 'accept') return none('the profile accepts that (safety.power-cut)');
  if ('why' in means) return none(means.why);
  if (facts.node !== `/dev/${means.disk}`)
    return none(`the device starts from /dev/${means.disk}, not from ${facts.node}`);
  if (facts.sector_size !== 512) return none(otherSectors[means.firmware]);
  const { size: diskBytes, spared = [], partitions = [] } = facts;
  const surroundings = { diskBytes, imageEnd, spared, partitions };
  const place = placeRescue(means, surroundings);
  const { firmware } = means;
  return 'why' in place
    ? none(place.why)
    : { leadsTo: 'rescue', firmware, isThere: false, ...place };
}

const otherSectors: Record<RescueFirmware, string> = {
  bios: 'a BIOS starts from no disk whose sectors have other than 512 bytes',
  uefi: 'levitate makes a rescue for UEFI on no disk whose sectors have other than 512 bytes',
};
