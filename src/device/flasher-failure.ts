import { LevitateError, type ErrorCode } from '../errors.js';
import { flasherCodes } from '../protocol/flasher-codes.js';
import type { ReplyOf } from '../protocol/replies.js';
import type { ExecResult } from '../ssh/transport.js';
import { lastLineOf } from './hook.js';
import { inUse } from './in-use.js';

/** What the flasher says of its own failure; where it did not foresee that, what its programs said tells more. */
export function refused(
  { code: named, message, holders, owner, unforeseen }: ReplyOf<'error'>,
  { stderr }: ExecResult,
): LevitateError {
  if (holders) return inUse(message, holders);
  const code = ownCodes.has(named) ? (named as ErrorCode) : 'FLASHER_FAILED';
  const hint = hints[code];
  return new LevitateError(
    code,
    unforeseen === true && stderr !== '' ? `${message}: ${lastLineOf(stderr)}` : message,
    {
      ...(hint === undefined ? {} : { hint }),
      ...(owner === undefined ? {} : { data: { owner } }),
    },
  );
}

/** A verb that ended without saying why: a flasher that could still speak would have said. */
export function ended(verb: string, { code, stderr }: ExecResult): LevitateError {
  const killed = code === null || code > 128;
  return new LevitateError(
    'FLASHER_FAILED',
    killed
      ? `flasher ${verb} was killed on the device (${code === null ? 'its SSH server names no status' : `status ${code}`})`
      : `flasher ${verb} failed with status ${code}: ${lastLineOf(stderr)}`,
    {
      ...(killed
        ? {
            hint: 'The kernel does that when memory runs out: dmesg on the device tells. The same command again carries on.',
          }
        : {}),
      data: { status: code, stderr: stderr.slice(-2000) },
    },
  );
}

/** The error for a verb whose answers find no end, or whose lines do not. */
export const endless = (verb: string, cause?: LevitateError): LevitateError =>
  new LevitateError(
    'FLASHER_FAILED',
    cause ? `flasher ${verb}: ${cause.message}` : `flasher ${verb} answers without end`,
    { cause },
  );

/** Codes of the flasher that are codes of levitate. */
const ownCodes: ReadonlySet<string> = new Set(
  flasherCodes.filter((code) => code !== 'UBI_DETACHED'),
);

const hints: Partial<Record<ErrorCode, string>> = {
  LEASE_LOST:
    'Nothing more was written. levitate status tells what is on the device now; the same command again writes over it.',
};
