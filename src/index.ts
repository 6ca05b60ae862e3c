export {
  build,
  type BuildOptions,
  type BuildResult,
  type Cost,
  type Explanation,
  type KernelPlace,
  type ManifestEntry,
  type Netboot,
} from './operations/build/build.js';
export {
  bridgeHawkbit,
  type BridgeHawkbitOptions,
  type BridgeHawkbitResult,
} from './operations/bridge/hawkbit/bridge.js';
export type { Confirm } from './operations/agree.js';
export { checkYaml, type CheckedYaml, type Problem } from './operations/check-yaml.js';
export type {
  CutOutcome,
  CutStage,
  DeviceIdentity,
  OverwritePlan,
  PlannedOverwrite,
  TimeEstimate,
} from './operations/overwrite-plan.js';
export {
  deploy,
  deployImage,
  type DeployImageOptions,
  type DeployOptions,
  type DeployResult,
  type DeployedSlot,
} from './operations/deploy.js';
export {
  confirmSlot,
  type ConfirmSlotOptions,
  type ConfirmSlotResult,
} from './operations/slots/confirm-slot.js';
export { rollBack, type RollBackResult } from './operations/slots/roll-back.js';
export {
  slots,
  type SlotView,
  type SlotsOptions,
  type SlotsResult,
} from './operations/slots/slots.js';
export { doctor, type DoctorOptions, type DoctorResult } from './operations/doctor/doctor.js';
export { enter, type EnterOptions, type EnterResult } from './operations/enter/enter.js';
export {
  flash,
  type FlashOptions,
  type FlashResult,
  type FlashPicture,
  type FlashWay,
  type FlashedTarget,
  type FlashPlan,
  type ByteRange,
  type ComparedBin,
  type CounterReport,
  type CounterSummary,
  type LostPartition,
  type NandReport,
  type TreeReport,
  type ReadBack,
  type Step,
  type WriterOptions,
} from './operations/flash/flash.js';
export { describeHolder, describeHolders, type Holder } from './operations/holders.js';
export type { ImageRequest } from './operations/image-request.js';
export {
  describeImage,
  type ContainedFile,
  type Container,
  type DescribeImageOptions,
  type ImageFormat,
  type ImageMetadata,
  type ImagePlace,
  type ImageRefusal,
  type ImageReport,
  type ImageTarget,
  type SignedBy,
} from './operations/image/describe-image.js';
export { install, type InstallOptions, type InstallResult } from './operations/install/install.js';
export {
  migrate,
  undoMigration,
  type MigrateOptions,
  type MigrateResult,
  type MigrationStep,
} from './operations/migrate/index.js';
export type { Place } from './operations/install/place.js';
export { uninstall, type UninstallResult } from './operations/install/uninstall.js';
export {
  leave,
  type ConfirmForce,
  type HalfWritten,
  type LeaveOptions,
  type LeaveResult,
} from './operations/leave/leave.js';
export {
  armRescue,
  disarmRescue,
  type ArmRescueOptions,
  type RescuedDevice,
  type RescueResult,
} from './operations/network-rescue/arm.js';
export {
  serveRescues,
  type RescueServerOptions,
  type RescueServerResult,
} from './operations/network-rescue/serve.js';
export {
  probe,
  type DiskFact,
  type FeatureFacts,
  type InterfaceFact,
  type MountedFact,
  type MountFact,
  type MtdFact,
  type ProbedFacts,
  type ProbeOptions,
  type ProbeResult,
  type RebootReason,
  type RescueFacts,
  type StackFacts,
  type WatchdogFact,
  type WayFacts,
} from './operations/probe/probe.js';
export { readImage, type ReadImage, type ReadImageOptions } from './operations/read-image.js';
export {
  status,
  type Ask,
  type Connection,
  type FlasherStatus,
  type StatusResult,
  type WaitingVolumes,
} from './operations/status.js';
export {
  wear,
  type ComparedMedium,
  type CounterBin,
  type CounterWear,
  type EmmcWear,
  type LifeTime,
  type MediumWear,
  type MtdWear,
  type NvmeWear,
  type WearOptions,
  type WearResult,
} from './operations/wear/wear.js';
export { isPlaceholder } from './operations/placeholder.js';
export { LevitateError, exitStatus, type ErrorCode } from './errors.js';
export { nearest } from './shared/nearest.js';
export { packageVersion } from './shared/package-files.js';
export type { Check, Phase, PhaseAhead, Progress, Run, Verdict } from './progress.js';
