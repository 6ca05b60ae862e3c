import { fleetErrorCodes, type FleetErrorCode } from './error-codes.js';

/** A failure that levitate-fleet foresaw: a code, a sentence for people, a hint, and an exit status. */
export class FleetError extends Error {
  /** What the person can do about it: one or two sentences. */
  readonly hint: string;
  /** The exit status. */
  readonly exit: number;

  constructor(
    readonly code: FleetErrorCode,
    message: string,
    { hint, cause }: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'FleetError';
    this.hint = hint ?? fleetErrorCodes[code].remedy;
    this.exit = fleetErrorCodes[code].exit;
  }
}

/** Any thrown value as text for a message. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** What Node and PostgreSQL call a thrown value, such as ENOENT or 57P03; empty where they do not. */
export const codeOf = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
