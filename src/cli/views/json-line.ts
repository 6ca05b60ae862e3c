import type { ErrorCode } from '../../errors.js';
import type { BridgeHawkbitResult } from '../../operations/bridge/hawkbit/bridge.js';
import type { BuildResult } from '../../operations/build/build.js';
import type { DeployResult } from '../../operations/deploy.js';
import type { DoctorResult } from '../../operations/doctor/doctor.js';
import type { EnterResult } from '../../operations/enter/enter.js';
import type { FlashResult } from '../../operations/flash/flash.js';
import type { ImageReport } from '../../operations/image/describe-image.js';
import type { InstallResult } from '../../operations/install/install.js';
import type { UninstallResult } from '../../operations/install/uninstall.js';
import type { MigrateResult } from '../../operations/migrate/index.js';
import type { LeaveResult } from '../../operations/leave/leave.js';
import type { RescueResult } from '../../operations/network-rescue/arm.js';
import type { RescueServerResult } from '../../operations/network-rescue/serve.js';
import type { ProbeResult } from '../../operations/probe/probe.js';
import type { ConfirmSlotResult } from '../../operations/slots/confirm-slot.js';
import type { RollBackResult } from '../../operations/slots/roll-back.js';
import type { SlotsResult } from '../../operations/slots/slots.js';
import type { StatusResult } from '../../operations/status.js';
import type { WearResult } from '../../operations/wear/wear.js';
import type { Progress } from '../../progress.js';

/** What each command results in, by its name. */
export interface Results {
  bridge: BridgeHawkbitResult;
  build: Omit<BuildResult, 'manifest'>;
  confirm: ConfirmSlotResult;
  deploy: DeployResult;
  doctor: DoctorResult;
  enter: EnterResult;
  flash: FlashResult;
  image: ImageReport;
  install: InstallResult;
  leave: LeaveResult;
  migrate: MigrateResult;
  probe: ProbeResult;
  rescue: RescueResult | RescueServerResult;
  rollback: RollBackResult;
  slots: SlotsResult;
  status: StatusResult;
  uninstall: UninstallResult;
  wear: WearResult;
}

/** The last line of a command that has done its work. */
export type ResultLine = {
  [Command in keyof Results]: { type: 'result'; command: Command } & Results[Command];
}[keyof Results];

/** The last line of a command that has failed. */
export interface ErrorLine {
  type: 'error';
  /** What has happened, for programs. */
  code: ErrorCode;
  /** What has happened: a sentence for people, whose wording may change. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** The exit status, which tells where the device was left. */
  exit: number;
  /** Facts for automation, such as `errors` with the places in a profile. */
  data?: Record<string, unknown>;
}

/** One line of `--json`. docs/reference/events.md and events.schema.json are made from this type. */
export type JsonLine = Progress | ResultLine | ErrorLine;
