/** What the process tells its caller when it ends; documented in docs/reference/exit-status.md. */
export const exitStatus = {
  done: 0,
  internal: 1,
  badInput: 2,
  refused: 3,
  oldSystem: 4,
  maintenance: 5,
  unknownState: 6,
  /** Done, but what was to be printed about it could not be. */
  outputLost: 7,
} as const;

const { internal, badInput, refused, oldSystem, maintenance, unknownState } = exitStatus;

/** Every way levitate can fail, with the exit status that tells where the device was left. */
const codes = {
  USAGE: badInput,
  PROFILE_UNREADABLE: badInput,
  PROFILE_SYNTAX: badInput,
  PROFILE_INVALID: badInput,
  PACKAGE_MISSING: badInput,
  TOOL_UNKNOWN: badInput,
  TOOL_MISSING: badInput,
  LIBRARY_MISSING: badInput,
  LIBRARY_CONFLICT: badInput,
  KERNEL_UNKNOWN: badInput,
  MODULE_UNKNOWN: badInput,
  MODULE_INVALID: badInput,
  WRONG_ARCHITECTURE: badInput,
  SOURCE_FAILED: badInput,
  LOCK_MISSING: badInput,
  LOCK_INVALID: badInput,
  LOCK_DIFFERS: badInput,
  LOCK_UNAVAILABLE: badInput,
  ARCHIVE_INVALID: badInput,
  OUTPUT_FAILED: badInput,
  FOLDER_UNUSABLE: badInput,
  IMAGE_UNREADABLE: badInput,
  IMAGE_TRUNCATED: badInput,
  IMAGE_CORRUPT: badInput,
  IMAGE_EXTENSION_MISMATCH: badInput,
  IMAGE_FORMAT: badInput,
  IMAGE_CHANGED: badInput,
  IMAGE_DIGEST: badInput,
  TARGET_UNKNOWN: badInput,

  NOT_ROOT: refused,
  AUTH_FAILED: refused,
  HOST_KEY_CHANGED: refused,
  HOST_KEY_UNKNOWN: refused,
  SSH_ALGORITHMS: refused,
  HOST_UNREACHABLE: unknownState,
  NOT_INSTALLED: refused,
  NOT_IN_MAINTENANCE: refused,
  PREFLIGHT_REFUSED: refused,
  IMAGE_TOO_LARGE: refused,
  IMAGE_BOARD: refused,
  TARGET_MISSING: refused,
  TARGET_AMBIGUOUS: refused,
  TARGET_IN_USE: refused,
  COUNTERS_AT_RISK: refused,
  VOLUMES_AT_RISK: refused,
  LEASE_HELD: refused,
  LEAVE_REFUSED: maintenance,

  REMOTE_FAILED: oldSystem,
  STAGE_FAILED: oldSystem,
  REHEARSAL_FAILED: oldSystem,
  ENTER_FAILED: oldSystem,
  INTERRUPTED: oldSystem,

  CONNECTION_LOST: maintenance,
  LEASE_LOST: maintenance,
  WRITE_FAILED: maintenance,
  VERIFY_FAILED: maintenance,
  INTERRUPTED_IN_MAINTENANCE: maintenance,

  RECONNECT_TIMEOUT: unknownState,
  NOT_CONFIRMED: unknownState,
  INTERNAL: internal,
} as const;

export type ErrorCode = keyof typeof codes;

/** What to do, for codes where that is the same for most of their occurrences. */
const hints: Partial<Record<ErrorCode, string>> = {
  HOST_UNREACHABLE:
    'Does the device have power and network? `ssh HOST` by hand shows how far one gets.',
  AUTH_FAILED: 'levitate enter HOST lets this machine in anew, if the device knows your own key.',
  REMOTE_FAILED:
    'levitate status HOST tells where the device is; the same command may be given again.',
  STAGE_FAILED:
    'Nothing is armed; levitate enter HOST PROFILE --dry-run shows what the device lacks.',
  IMAGE_TOO_LARGE: 'Make the image smaller, or name a target with room for it in the profile.',
  TARGET_MISSING:
    'levitate probe HOST shows what the device has; flash.targets of the profile says where a target is.',
  TARGET_IN_USE:
    'levitate status HOST tells what stands on which target; levitate leave HOST goes back.',
  TARGET_AMBIGUOUS: 'Say which one in flash.targets of the profile.',
  LEASE_HELD: 'levitate status HOST tells who is writing; wait until that has ended.',
  LEAVE_REFUSED:
    'Flash again what was not read back whole; levitate leave HOST --anyway reboots all the same.',
  VERIFY_FAILED: 'The device stays in maintenance; the same command again writes what differs.',
  USAGE: 'levitate --help shows every command.',
  CONNECTION_LOST: 'Look at its power and network; levitate status HOST tells where the device is.',
  WRITE_FAILED: 'levitate status HOST tells what was written; the same command again carries on.',
  INTERRUPTED: 'levitate status HOST tells where the device is; the same command starts anew.',
  INTERNAL: 'Please report this, with what was printed.',
};

export interface ErrorDetails {
  /** What the person can do about it: one or two sentences. */
  hint?: string;
  cause?: unknown;
  /** Facts for automation, printed as they are in `--json`. */
  data?: Record<string, unknown>;
  /** Where the device was left, when this occurrence knows better than the code does. */
  exit?: number;
}

/** A failure that levitate foresaw: a machine code, a sentence for people, a hint, and an exit status. */
export class LevitateError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly data: Record<string, unknown> | undefined;
  readonly exit: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LevitateError';
    this.code = code;
    this.hint = details.hint ?? hints[code];
    this.data = details.data;
    this.exit = details.exit ?? codes[code];
  }
}

/** Any thrown value as text for a message. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Whether a thrown value is levitate's own failure of this code. */
export const isCode = (error: unknown, code: ErrorCode): error is LevitateError =>
  error instanceof LevitateError && error.code === code;
