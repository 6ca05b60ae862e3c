/** Codes that the flasher answers with in a line of type `error`; but for the last one they are codes of levitate. */
export const flasherCodes = [
  'LEASE_HELD',
  'LEASE_LOST',
  'TARGET_MISSING',
  'TARGET_READ_ONLY',
  'TARGET_UNSUPPORTED',
  'TARGET_AMBIGUOUS',
  'TARGET_IN_USE',
  'IMAGE_TOO_LARGE',
  'FLASHER_FAILED',
  'WRITE_FAILED',
  'VERIFY_FAILED',
  'CONNECTION_LOST',
  'LEAVE_REFUSED',
  'USAGE',
  // Only to who looks without attaching anything.
  'UBI_DETACHED',
] as const;
