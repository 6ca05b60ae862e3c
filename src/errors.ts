import { aboutCode, type ErrorCode } from './error-codes.js';

export { exitStatus } from './exit-status.js';
export type { ErrorCode } from './error-codes.js';

/** What an error may carry besides its code and message. */
export interface ErrorDetails {
  /** What the person can do about it: one or two sentences. */
  hint?: string;
  /** What was thrown before. */
  cause?: unknown;
  /** Facts for automation, printed as they are in `--json`. */
  data?: Record<string, unknown>;
  /** Where the device was left, when this occurrence knows better than the code does. */
  exit?: number;
}

/** A failure that levitate foresaw: a machine code, a sentence for people, a hint, and an exit status. */
export class LevitateError extends Error {
  /** What has happened, for programs. */
  readonly code: ErrorCode;
  /** What the person can do about it: one or two sentences. */
  readonly hint: string | undefined;
  /** Facts for automation, printed as they are in `--json`. */
  readonly data: Record<string, unknown> | undefined;
  /** The exit status, which tells where the device was left. */
  readonly exit: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LevitateError';
    this.code = code;
    const about = aboutCode(code);
    this.hint = details.hint ?? ('hint' in about ? about.hint : undefined);
    this.data = details.data;
    this.exit = details.exit ?? about.exit;
  }
}

/**
 * The same failure with one more sentence of what to do about it, and the exit status that tells where it left the device.
 * @param sentence stands behind the failure's own hint
 */
export const amended = (error: LevitateError, sentence: string, exit: number): LevitateError =>
  new LevitateError(error.code, error.message, {
    hint: error.hint === undefined ? sentence : `${error.hint} ${sentence}`,
    cause: error,
    exit,
    ...(error.data ? { data: error.data } : {}),
  });

/** Any thrown value as text for a message. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Whether a thrown value is levitate's own failure of this code. */
export const isCode = (error: unknown, code: ErrorCode): error is LevitateError =>
  error instanceof LevitateError && error.code === code;
