import { LevitateError, reasonOf } from '../errors.js';
import { fingerprint } from './host-keys.js';

/** The error for a connection that ended by itself. */
export const connectionLost = (name: string, cause: unknown): LevitateError =>
  new LevitateError(
    'CONNECTION_LOST',
    `the connection to ${name} broke${cause === undefined ? '' : `: ${reasonOf(cause)}`}`,
    { cause },
  );

/**
 * The error for a connection that did not come about.
 * @param hostKeys that the device may present, one line each
 * @param presentedKey the key that it presented, where that was none of them
 */
export function connectFailure(
  name: string,
  hostKeys: string[],
  cause: unknown,
  presentedKey: Buffer | undefined,
): LevitateError {
  const expected = hostKeys.flatMap((line) => fingerprint(line) ?? []);
  const noneOfTheTypes = reasonOf(cause).includes('host key format');
  if (presentedKey !== undefined || noneOfTheTypes) {
    const presented =
      presentedKey === undefined ? 'a key of another type' : fingerprint(presentedKey);
    return new LevitateError(
      'HOST_KEY_CHANGED',
      `${name} presented ${presented}, not ${expected.join(' or ')}`,
      {
        hint: 'Another machine answers at this address, or the device has a new key. Nothing was sent to it.',
        cause,
        data: { expected, presented },
      },
    );
  }
  if (reasonOf(cause).startsWith('Handshake failed: no matching'))
    return new LevitateError(
      'SSH_ALGORITHMS',
      `${name} offers nothing that a maintenance system would: ${reasonOf(cause)}`,
      { hint: 'Another SSH server answers than the one of maintenance.', cause },
    );
  if ((cause as { level?: string } | undefined)?.level === 'client-authentication')
    return new LevitateError('AUTH_FAILED', `${name} did not accept the key of this entry`, {
      cause,
    });
  const reason = cause === undefined ? 'the connection was closed' : reasonOf(cause);
  return new LevitateError('HOST_UNREACHABLE', `cannot connect to ${name}: ${reason}`, { cause });
}
