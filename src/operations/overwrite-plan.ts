import type { Address } from '../device/connect.js';
import { identityOf } from '../device/identity.js';
import type { Facts, MountFact } from '../device/facts.js';
import type { Consent, Job, Outlook, TargetFacts } from '../flash/kind.js';
import type { CutStage } from '../flash/rescue/plan.js';
import { withWayBack } from '../flash/rescue/from-outside.js';
import type { FlashPlan, LostPartition } from '../flash/steps.js';
import type { ImageIndex } from '../image/image.js';
import type { DeviceIdentity, Session } from '../protocol/session-file.js';
import { formatBytes } from '../shared/format-bytes.js';
import { plainName } from '../shared/plain-name.js';
import { answerSeconds } from './flash/keep-awake.js';
import type { KeepSpec } from '../profile/profile.js';
import { keptNames } from './keep/keep.js';
import { newSystemLogin } from './leave/new-system-login.js';
import type { Maintenance } from './maintenance.js';
import { timeOfImages, timeOfPlans, type TimeEstimate } from './overwrite-time.js';

export type { DeviceIdentity } from '../protocol/session-file.js';
export type { CutOutcome, CutStage } from '../flash/rescue/plan.js';
export type { TimeEstimate } from './overwrite-time.js';

/** One image, the place that it goes to, and what that means for what is there. */
export interface PlannedOverwrite {
  /** The target's name in the profile. */
  target: string;
  /** What the place is called for people; missing where the running system cannot tell. */
  place?: string;
  /** Bytes that the place has; missing where the running system cannot tell. */
  placeBytes?: number;
  /** Path of the image's file. */
  image: string;
  /** What the image is, such as `ext4`. */
  format: string;
  /** Bytes of the image, decompressed. */
  imageBytes: number;
  /** Bytes that are sent; missing before the medium was looked at. */
  sendBytes?: number;
  /** Whether all of it is sent, or only what differs; missing as well. */
  way?: 'full' | 'delta';
  /** Why: a sentence for people without a full stop. */
  why?: string;
  /** Where the running system has something of the place mounted. */
  mounted: string[];
  /** What is gone afterwards, for people. */
  lost: string[];
  /** What stays as it is, for people. */
  kept: string[];
  /** What a power cut in the middle of the write leaves: sentences for people. */
  cut: string;
  /** Set where that is nothing that starts, so that only a boot loader which is elsewhere leads back. */
  cutLeaves?: 'nothing';
  /** The parts of the write, and where a power cut in each leads to; missing where a cut may leave nothing that starts. */
  cuts?: CutStage[];
}

/** What a person is asked to agree to before anything is overwritten. */
export interface OverwritePlan {
  /** The device, as it was named. */
  host: string;
  /** Who it is. */
  device: DeviceIdentity;
  /** The address that it was reached at. */
  address: string;
  /** The port that its SSH server was reached at. */
  port: number;
  /** By which login the new system will be confirmed: a sentence for people. */
  login: string;
  /** Whether it runs its own system, or is in maintenance already. */
  state: 'normal' | 'maintenance';
  /** Whether something was written to its flash in this maintenance already. */
  touched: boolean;
  /**
   * For how many seconds the device is kept in maintenance for the answer; missing where it waits as long as it takes, because it
   * runs its own system or was written to.
   */
  answerSeconds?: number;
  /** What goes where. */
  writes: PlannedOverwrite[];
  /** How long it takes. */
  time: TimeEstimate;
  /** Of a device with two slots: which one is written; missing where targets are named. */
  slots?: {
    /** The slot that runs, and that starts unless the other one is confirmed. */
    runs: string;
    /** The slot that is written. */
    written: string;
    /** Whether its system goes on meanwhile. */
    stays: boolean;
    /** A sentence of the moment in which a power cut leads to neither slot; missing where there is none. */
    atCut?: string;
  };
}

/** The same plan, which says what of the old system is put into the new one. Pure. */
export const withKept = (plan: OverwritePlan, keep: KeepSpec | undefined): OverwritePlan => ({
  ...plan,
  writes: plan.writes.map((write) =>
    write.target === keep?.into
      ? { ...write, kept: [...write.kept, `by flash.keep: ${keptNames(keep)}`] }
      : write,
  ),
});

/** The same plan, which says what becomes of the slots. Pure. */
export const withSlots = (
  plan: OverwritePlan,
  slots: NonNullable<OverwritePlan['slots']>,
): OverwritePlan => ({
  ...plan,
  slots,
  writes: plan.writes.map(({ cutLeaves: _, ...write }) => ({
    ...write,
    cut: `Slot ${slots.runs} starts as before: the boot loader does not start slot ${slots.written} until it was written and read back.${slots.atCut === undefined ? '' : ` ${slots.atCut}.`}`,
  })),
});

/** A place on the device as its running system tells of it, and the image that goes there. */
export interface LookedAt {
  /** The target's name in the profile. */
  target: string;
  /** The image. */
  image: ImageIndex;
  /** What is known of the place; missing where the running system cannot tell. */
  facts?: TargetFacts;
  /** What the write means for what is there; missing with the facts. */
  outlook?: Outlook;
}

/**
 * What is known before a device is entered. Pure.
 * @param port where its SSH server was reached
 */
export const planBeforeEntering = (
  { host, hostname, address, user, port }: Address,
  facts: Facts,
  looked: LookedAt[],
): OverwritePlan => ({
  host,
  device: identityOf(facts),
  address: address ?? hostname,
  port,
  login: newSystemLogin(user),
  state: 'normal',
  touched: false,
  writes: looked.map(({ target, image, ...place }) => ({
    ...aboutImage(target, image),
    ...(place.facts ? { place: place.facts.name, placeBytes: place.facts.size } : {}),
    mounted: place.facts ? mountedFrom(place.facts, facts.mounts) : [],
    ...(place.outlook ? withWayBack(place.outlook, false) : unknownOutlook),
  })),
  time: timeOfImages(looked.map(({ image }) => image)),
});

/** What is known of a device in maintenance, whose flash was compared with the images. Pure. */
export const planInMaintenance = (
  { session, status }: Pick<Maintenance, 'session' | 'status'>,
  jobs: { job: Job; plan: FlashPlan }[],
  consent: Consent,
): OverwritePlan => ({
  host: session.host,
  device: session.device ?? nobody(session),
  address: session.address ?? session.hostname,
  port: session.port,
  login: newSystemLogin(session.user),
  state: 'maintenance',
  touched: status.touched,
  ...(status.touched ? {} : { answerSeconds }),
  writes: jobs.map(({ job: { target, image, facts, kind }, plan }) => {
    const told = kind.outlook(image, facts, consent);
    const { lost, ...outlook } = withWayBack(told, status.entry === '');
    return {
      ...aboutImage(target, image),
      place: facts.name,
      placeBytes: facts.size,
      sendBytes: plan.sendBytes,
      way: plan.way,
      why: plan.why,
      mounted: [],
      lost: [...lost, ...plan.lost.map(lostPartition)],
      ...outlook,
    };
  }),
  time: timeOfPlans(jobs.map(({ plan }) => plan)),
});

const aboutImage = (target: string, { path, format, length }: ImageIndex) => ({
  target,
  image: path,
  format,
  imageBytes: length,
});

const lostPartition = ({ node, label, bytes }: LostPartition): string =>
  `${node}${label ? ` (${label})` : ''}, ${formatBytes(bytes)}, which ends behind the image`;

const unknownOutlook: Outlook = {
  lost: ['all that is there'],
  kept: [],
  cut: 'The place is known in maintenance only, where it is checked before the first write.',
};

/** An entry that an earlier levitate has kept does not say who the device is. */
const nobody = ({ compatible = [] }: Session): DeviceIdentity => ({
  hostname: '',
  model: compatible[0] ?? '',
  serial: '',
  system: '',
  init: '',
});

/** Where something of a place is mounted: the place itself, a partition of it, a volume of its UBI. */
function mountedFrom(
  { kind, node, partition, volumes = [] }: TargetFacts,
  mounts: MountFact[],
): string[] {
  const within = (source: string): boolean => {
    if (source === node) return true;
    if (kind === 'ubi')
      return volumes.some(
        (name) => new RegExp('^ubi[0-9]+:').exec(source) && source.endsWith(`:${name}`),
      );
    const rest = source.startsWith(node) && !partition ? source.slice(node.length) : '';
    return /^p?[0-9]+$/.test(rest);
  };
  return mounts.filter(({ source }) => within(source)).map(({ point }) => plainName(point));
}
