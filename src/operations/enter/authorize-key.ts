import { addressOf, type Connection } from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { identityOf } from '../../device/identity.js';
import { callFlasher, flasherStatus } from '../../device/flasher.js';
import { replyOf } from '../../device/replies.js';
import { saveSession, type Session } from '../../device/session.js';
import { generateKeyPair } from '../../ssh/key-pair.js';
import type { Transport } from '../../ssh/transport.js';

/**
 * Makes a maintenance system usable from this machine that was entered from another one, or that was booted without an
 * entry: it authorizes a new key through the person's own login.
 * @returns the entry, which is kept on this machine
 * @throws LevitateError FLASHER_INCOMPATIBLE, and what the flasher fails with
 */
export async function authorizeKey(
  options: Connection,
  running: Transport,
  facts: Facts,
): Promise<Session> {
  const status = await flasherStatus(running);
  const key = await generateKeyPair('levitate');
  const replies = await callFlasher(running, ['authorize-key'], { stdin: `${key.publicKey}\n` });
  const { host_keys: hostKeys } = replyOf(replies, 'authorized');
  const session: Session = {
    ...(await addressOf(options, running)),
    entryId: status.entry,
    bootId: status.boot_id,
    compatible: facts.compatible,
    ...(facts.compatVersion === undefined ? {} : { compatVersion: facts.compatVersion }),
    device: identityOf(facts),
    privateKey: key.privateKey,
    hostKeys,
  };
  await saveSession(session);
  return session;
}
