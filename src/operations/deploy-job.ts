import type { Connection } from '../device/connect.js';
import type { Consent } from '../flash/kind.js';
import type { Confirm } from './agree.js';
import type { EnterResult } from './enter/enter.js';
import type { FlashPicture, FlashResult, FlashWay, WriterOptions } from './flash/flash.js';
import type { LeaveResult } from './leave/leave.js';
import type { OverwritePlan } from './overwrite-plan.js';

/** What every deploy takes. */
export interface DeployJob extends Connection, Consent, FlashWay, FlashPicture, WriterOptions {
  /** The build that the new system must report. */
  expectBuild?: string;
  /** Whether to only check the images and show the preflight, and change nothing. */
  dryRun?: boolean;
  /** Path of the kernel for a rescue, where the device does not have the file of the one that runs. */
  kernel?: string;
  /**
   * Asks whether to go on, after the preflight and before the device is entered; where it is in maintenance already, before
   * the first write. Without it, the deploy goes on.
   */
  confirm?: Confirm;
}

/** The slot of a device with two systems that was written. */
export interface DeployedSlot {
  /** The slot that ran before. */
  ran: string;
  /** The slot that is written. */
  written: string;
  /** Whether there was anything to do; false where the running slot has the build that is expected. */
  needed: boolean;
  /** The build of the running slot, where there was nothing to do. */
  build?: string;
}

/** What `deploy` gives. */
export interface DeployResult {
  /** The device, as it was named. */
  host: string;
  /** How the device was entered. */
  enter: EnterResult;
  /** Of a device with two slots, where levitate has chosen the one to write; the other one was not entered. */
  slot?: DeployedSlot;
  /** Missing after a dry run at a device that is not in maintenance. */
  flash?: FlashResult;
  /** Missing after a dry run. */
  leave?: LeaveResult;
  /** After a dry run at a device that is not in maintenance: what somebody would be asked to agree to. */
  overwrite?: OverwritePlan;
  /** Path of the file that the profile was written to, where that was asked for. */
  profileOut?: string;
  /** Seconds that all of it took. */
  seconds: number;
}
