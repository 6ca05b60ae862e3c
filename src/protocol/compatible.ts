import type { Static } from '@sinclair/typebox';
import { LevitateError } from '../errors.js';
import { chunkSize } from '../image/image.js';
import type { Status, StatusCore } from './status.js';
import { protocol } from './version.js';

/** What tells which levitate the other half of the contract is from; without a number its protocol is 0. */
export type Speaker = Partial<Pick<Static<typeof Status>, 'protocol' | 'chunk_bytes'>>;

/** The refusal to work with a maintenance system of another protocol; it tells how to leave it. */
export const incompatible = (flasher: Speaker & Pick<StatusCore, 'version'>): LevitateError =>
  new LevitateError(
    'FLASHER_INCOMPATIBLE',
    `the maintenance system was made by levitate ${flasher.version}: it ${difference(flasher)}`,
    {
      hint: `Use levitate ${flasher.version} for this device; or leave (levitate leave HOST, which every version can) and enter it again with this one.`,
      data: { protocol: flasher.protocol ?? 0, version: flasher.version },
    },
  );

/** Whether both halves mean the same by what they say. */
export const isCompatible = (other: Speaker): boolean =>
  other.protocol === protocol &&
  (other.chunk_bytes === undefined || other.chunk_bytes === chunkSize);

/** How another half differs from this one, as the end of a sentence. */
export const difference = ({ protocol: said = 0, chunk_bytes: bytes }: Speaker): string =>
  said === protocol
    ? `counts in chunks of ${bytes} bytes, this levitate in chunks of ${chunkSize}`
    : `speaks protocol ${said}, this levitate protocol ${protocol}`;

/**
 * The protocol that a stored profile was made for.
 * @param profile what the JSON of a `profile.json` holds
 */
export function protocolIn(profile: unknown): number {
  const { protocol: said } = Object(profile) as { protocol?: unknown };
  return typeof said === 'number' && Number.isSafeInteger(said) ? said : 0;
}
