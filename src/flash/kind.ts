import type { Static, TSchema } from '@sinclair/typebox';
import type { ErrorCode } from '../errors.js';
import type { ImageIndex, ImagePlace } from '../image/image.js';
import type { Run } from '../progress.js';
import type { ReplyOf } from '../protocol/replies.js';
import type { CounterReport } from './counter-report.js';
import type { JobState } from './job-state.js';
import type { RescueBytes, TargetFlasher } from './flasher.js';
import type { CutStage, PowerCutPlan } from './rescue/plan.js';
import type { OnMedium, Step, Way } from './steps.js';

/**
 * A kind of target: all that this machine's side knows about it, in one object. The device's side is the shell file of
 * the same name among the flasher's kinds. Both sides find it by its name, and no other code depends on which kind a
 * target is of.
 */
export interface TargetKind<Form extends TSchema = TSchema> {
  /** The flasher's name for it, and the key in the profile that tells its form from the other kinds' forms. */
  readonly name: string;
  /** What a target of this kind looks like in the profile. */
  readonly form: Form;
  /**
   * The places that a target of this kind can be, which tell the formats of images that it takes; and for people, what it is there
   * and how a profile names it.
   */
  readonly places: Readonly<Partial<Record<ImagePlace, string>>>;
  /** The programs that the flasher calls for it, beyond busybox's applets. */
  readonly programs: readonly TargetProgram[];
  /** What the running kernel must have for it, beyond block devices and MTDs. */
  readonly kernel: readonly ('ubi' | TreeFileSystem)[];
  /** Whether only levitate's helper writes it; the flasher's shell writes a kind that lacks this as well. */
  readonly helper?: true;
  /** The flasher's arguments for a target of this form. */
  args(spec: Static<Form>): string[];
  /**
   * Tells which parts of a target keep their content while an image is written over all of it; a kind that has no such parts lacks
   * this function. Pure.
   */
  parts?(spec: Static<Form>): KeptPart[];
  /**
   * The flasher's words for what of such a target is never written (flasher/spared.sh); a kind of which all is written lacks this
   * function.
   */
  keeps?(spec: Static<Form>): string[];
  /**
   * Tells why this image must not be written to the target, or nothing: it does not fit, or it removes something that
   * nobody consented to lose. Pure.
   */
  check(image: ImageIndex, facts: TargetFacts, consent: Consent): Refusal | undefined;
  /**
   * Tells which file systems the place may have that files of the old system are put into, or why none can be; a kind that takes
   * no files lacks this function. Pure.
   * @param within the part of the image that the profile names, empty where it names none
   */
  keepPlace?(image: ImageIndex, within: string): KeepPlace;
  /** Tells a person, before anything is written, what the write means for what is there. Pure. */
  outlook(image: ImageIndex, facts: TargetFacts, consent: Consent): Outlook;
  /**
   * Reads what `check` needs and the flasher's `target` does not tell; a kind that needs no more lacks this function.
   * @throws LevitateError CONNECTION_LOST (the same call again carries on)
   */
  inspect?(context: Context, job: Job): Promise<TargetFacts>;
  /**
   * Reads the medium, and puts what of the image is there into the job's state as `onMedium`, and which way it is to be
   * written as `way`.
   * @param whole whether to compare all that is to be compared; else as much as tells the way, and the write compares the rest
   * @throws LevitateError CONNECTION_LOST (the same call again carries on)
   */
  compare(context: Context, job: Job, whole: boolean): Promise<void>;
  /**
   * Tells how many of the logical eraseblocks that are free on its UBI writing an image takes: what one target of a call takes, the
   * next ones do not have, of whatever kinds they are. A kind that is no part of a UBI lacks this function. Pure.
   */
  takes?(image: ImageIndex, facts: TargetFacts): number;
  /**
   * Tells what else several targets of this kind are to each other when all of them are written in one call; a kind to which they
   * are nothing lacks this function. Pure.
   * @param targets with what is free when the targets of other kinds, and those before them, have taken their part
   */
  share?(targets: readonly SharedTarget[]): TargetFacts[];
  /** Turns an image and what is on the medium into steps that touch this device node. Pure. */
  plan(image: ImageIndex, onMedium: OnMedium, node: string, facts: TargetFacts): Step[];
  /**
   * Writes to the medium what is not there yet, and clears what the image leaves alive behind its end.
   * @param lease the number of the lease to write with
   * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, FLASHER_FAILED, WRITE_FAILED
   */
  write(context: Context, job: Job, lease: number): Promise<void>;
  /**
   * Reads back what is on the medium now, past every cache, and compares it with the image.
   * @param lease the number of the lease to write with
   * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, VERIFY_FAILED
   */
  verify(context: Context, job: Job, lease: number): Promise<Verified>;
  /** Whether what was written for a target lies beside it, and waits for its place. A kind that writes in place lacks this function. */
  waits?(job: Job): boolean;
  /**
   * Puts what was written beside targets, and was verified, in their places, all at once. It is called after the last target of the
   * call was verified; a kind that writes in place lacks this function.
   * @param jobs those on one device that are put in their places at once, of this kind and of others
   * @param lease the number of the lease to write with
   * @returns what was found for each job, where anything was
   * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, TARGET_IN_USE, WRITE_FAILED
   */
  commit?(context: Context, jobs: readonly Job[], lease: number): Promise<Map<Job, Verified>>;
}

/** One of several targets that are written in one call. */
export interface SharedTarget {
  image: ImageIndex;
  facts: TargetFacts;
}

/** What writing an image means for what is on a device now, in sentences for people. */
export interface Outlook {
  /** What is gone afterwards. */
  lost: string[];
  /** What stays as it is. */
  kept: string[];
  /** What a power cut in the middle of the write leaves. */
  cut: string;
  /** Set where that is nothing that starts, so that only a boot loader which is elsewhere leads back. */
  cutLeaves?: 'nothing';
  /** The parts of the write, and where a power cut in each leads to; absent where a cut may leave nothing that starts. */
  cuts?: CutStage[];
}

/** A program that the archive brings for a kind of target. */
export interface TargetProgram {
  name: string;
  /** Whether the target can be written without it. */
  optional?: true;
}

/** What the flasher's `target` tells of a target on this device (`protocol/target.ts` says what each field holds). */
export type TargetFacts = Omit<ReplyOf<'target'>, 'type'> & {
  /** The erase counter header of each eraseblock, 64 bytes as hex; absent until `inspect` has read them. */
  headers?: readonly string[];
  /** What a power cut leads to, of a whole disk; absent of anything else. */
  powerCut?: PowerCutPlan;
  /** The volumes whose content is put back after an image was written over all of them. */
  keeps?: readonly KeptVolume[];
  /** Logical eraseblocks that other targets of the call take, and that `free_lebs` does not count; absent where there are none. */
  taken_lebs?: number;
  /** Logical eraseblocks that the volume that gets the rest will have; absent where the targets of a call leave none a rest. */
  left_lebs?: number;
};

/** A part of a target that keeps its content, and is a target of its own for that. */
export interface KeptPart {
  /** What the profile calls it. */
  name: string;
  kind: TargetKind;
  /** The flasher's arguments for it, the kind's name first. */
  args: string[];
}

/** A UBI volume whose content is put back after the layout that it is a part of was written. */
export interface KeptVolume {
  name: string;
  isStatic: boolean;
  /** The number that the bytes of a logical eraseblock are a multiple of. */
  alignment: number;
  /** Logical eraseblocks that it has. */
  lebs: number;
  /** Bytes that each of them holds. */
  lebSize: number;
  /** Bytes of its content. */
  bytes: number;
  /** Logical eraseblocks that all volumes of its UBI can have together. */
  roomLebs: number;
  /** When the content was saved, as ISO 8601, where the copy on this machine is the only one. */
  onlyCopyOf?: string;
}

/** What a person has to consent to before it is done. */
export interface Consent {
  /** Erase counters that cannot be read may be averaged or zeroed. */
  acceptCounterLoss?: boolean;
  /** UBI volumes that the image does not hold may go. */
  dropVolumes?: boolean;
  /** The image may be for another board than the device is, or for another version of it. */
  acceptBoard?: boolean;
  /** Files that the profile keeps need not be put into the new system. */
  dropKept?: boolean;
}

/** Why an image must not go to a target. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  hint?: string;
  /** Further facts for programs, under `data` of the error. */
  data?: Record<string, unknown>;
}

/** Where kept files go: the file systems that the place may have, by the kernel's names; or why they cannot go there. */
export type KeepPlace = { fileSystems: readonly string[] } | { refusal: Refusal };

/** A target that was found on the device, and the image that goes there. */
export interface Job {
  /** Its name in the profile. */
  target: string;
  kind: TargetKind;
  /** The flasher's arguments for it, the kind's name first. */
  args: string[];
  facts: TargetFacts;
  image: ImageIndex;
  /** The bytes of the rescue that goes to the disk first, where it gets one. */
  rescue?: RescueBytes | undefined;
  /** The way that a person asked for; without it the medium tells. */
  forced?: Way['way'] | undefined;
  state: JobState;
}

/** What a kind works with over one connection: the flasher, and who is told of progress. */
export interface Context extends Run {
  flasher: TargetFlasher;
}

/** A file system that is made for a tree, by the kernel's name. */
export type TreeFileSystem = 'ext4' | 'f2fs' | 'ubifs';

/** What a verification found beyond that the image is there. */
export interface Verified {
  /** The erase counters of the flash before and after; absent where the target lies on none. */
  counters?: CounterReport;
  /** What the driver of raw NAND has told since before the write. */
  nand?: NandReport;
  /** What of a tree was read back and compared. */
  tree?: TreeReport;
}

/** What of a tree was read back from the file system that was made for it, and is as the archive has it. */
export interface TreeReport {
  /** Names: files, folders, links, device nodes. */
  names: number;
  /** Regular files, whose content was hashed. */
  files: number;
  /** Bytes of their content. */
  bytes: number;
}

/** What happened to raw NAND while it was compared, written and read back. */
export interface NandReport {
  /** Bit flips that were corrected: all of them, as what was read back is the image. */
  correctedBits: number;
  /** Eraseblocks that went bad, were marked so, and passed over. */
  wentBad: number;
}
