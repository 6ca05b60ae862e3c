import { interruptible } from '../../device/connect.js';
import { callFlasher } from '../../device/flasher.js';
import { inUse } from '../../device/in-use.js';
import { replyOf } from '../../device/replies.js';
import { JobState } from '../../flash/job-state.js';
import type { Consent, Job } from '../../flash/kind.js';
import { presentNote } from '../../flash/present.js';
import type { Way } from '../../flash/steps.js';
import { inWriteOrder } from '../../flash/write-order.js';
import type { ImageIndex } from '../../image/image.js';
import { spareRanges } from '../../image/spare.js';
import type { Profile } from '../../profile/profile.js';
import { warn, type Run } from '../../progress.js';
import type { Holder } from '../../protocol/holders.js';
import { isReply } from '../../protocol/parse-reply.js';
import type { Transport } from '../../ssh/transport.js';
import { beforeKept } from '../keep-volumes/volumes.js';
import type { Maintenance } from '../maintenance.js';
import type { TargetImage } from '../prepare.js';
import { meansInMaintenance } from '../rescue/means.js';
import { planPowerCut } from '../rescue/plan-power-cut.js';
import { rescueOf } from '../rescue/starter.js';
import { refuse, refuseOverlap, shareFacts, targetIn } from './targets.js';

/** A job, and who stands on its target. */
interface FoundJob {
  job: Job;
  holders: Holder[];
}

/**
 * Finds the target of each image on a device in maintenance, and refuses what the facts of the targets speak against; what only
 * reading the flash can tell comes later. They are given in the order in which they are written.
 * @throws LevitateError TARGET_*, IMAGE_*, VOLUMES_AT_RISK, and what asking the flasher throws
 */
export async function findJobs(
  maintenance: Pick<Maintenance, 'ask' | 'session'>,
  profile: Profile,
  images: TargetImage[],
  options: Consent & { way?: Way['way'] },
  run: Run,
): Promise<Job[]> {
  const found: FoundJob[] = [];
  for (const [target, image] of images)
    found.push(
      await maintenance.ask(run, (transport) =>
        findJob(interruptible(transport, run.signal), profile, target, image, options.way),
      ),
    );
  const jobs = found.map(({ job }) => job);
  refuseOverlap(jobs);
  shareFacts(jobs);
  for (const one of found)
    refuseMisfit(one, beforeKept(targetIn(profile, one.job.target), options), run);
  for (const { job } of found) await planRescue(job, profile, maintenance.session.entryId);
  const sent: Job[] = [];
  for (const job of jobs) sent.push(await withoutSpared(job, run));
  return inWriteOrder(sent);
}

async function findJob(
  transport: Transport,
  profile: Profile,
  target: string,
  image: ImageIndex,
  forced: Way['way'] | undefined,
): Promise<FoundJob> {
  const { kind, args } = targetIn(profile, target);
  const replies = await callFlasher(transport, ['target', ...args]);
  const facts = replyOf(replies, 'target');
  return {
    job: { target, kind, args, facts, image, forced, state: new JobState() },
    holders: replies.flatMap((reply) => (isReply(reply, 'holder') ? [reply] : [])),
  };
}

/** Plans what a power cut leads to, and makes what the host has of a rescue. */
async function planRescue(job: Job, profile: Profile, entryId: string): Promise<void> {
  const { target, image, facts } = job;
  const { means, starter } = await meansInMaintenance(facts, profile, entryId);
  const powerCut = planPowerCut(target, image, facts, profile, means);
  if (!powerCut) return;
  job.facts = { ...facts, powerCut };
  const { size, rescue } = facts;
  if (powerCut.leadsTo !== 'rescue' || !rescue || !starter) return;
  job.rescue = rescueOf(starter, powerCut, { size, rescue }, entryId);
}

/** The job with the image as it goes: what of the target is never written holds zeros. */
async function withoutSpared(job: Job, run: Run): Promise<Job> {
  const { spared = [] } = job.facts;
  return spared.length > 0 ? { ...job, image: await spareRanges(job.image, spared, run) } : job;
}

function refuseMisfit({ job, holders }: FoundJob, consent: Consent, run: Run): void {
  const { target, kind, image, facts } = job;
  refuse(target, kind.check(image, facts, consent));
  const message = presentNote(image, facts);
  if (message !== undefined) warn(run, message);
  if (holders.length > 0) throw inUse(`${target} (${facts.name}) is in use`, holders);
}
