import { randomBytes } from 'node:crypto';
import { addressOf, type Connection } from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { identityOf } from '../../device/identity.js';
import type { Session } from '../../device/session.js';
import { generateKeyPair } from '../../ssh/key-pair.js';
import type { Transport } from '../../ssh/transport.js';

/**
 * Where a device is that does not leave its own system, in the form of an entry, which is kept nowhere: no maintenance system answers
 * to its key.
 */
export async function runningSession(
  connection: Connection,
  running: Transport,
  facts: Facts,
): Promise<Session> {
  const key = await generateKeyPair('levitate');
  return {
    ...(await addressOf(connection, running)),
    entryId: randomBytes(8).toString('hex'),
    bootId: facts.bootId,
    compatible: facts.compatible,
    ...(facts.compatVersion === undefined ? {} : { compatVersion: facts.compatVersion }),
    device: identityOf(facts),
    privateKey: key.privateKey,
    hostKeys: [key.publicKey],
  };
}
