import { randomBytes } from 'node:crypto';
import type { Address } from '../../device/connect.js';
import { watch, type Watched } from '../../device/watch.js';
import type { Facts } from '../../device/facts.js';
import { identityOf } from '../../device/identity.js';
import {
  arm,
  bringKernel,
  configure,
  stageOfEntry,
  stageRoot,
  trigger,
} from '../../device/hook.js';
import { neededBytes } from '../../device/preflight.js';
import { rehearse } from '../../device/rehearsal.js';
import { saveSession, type Session } from '../../device/session.js';
import { generateKeyPair } from '../../ssh/key-pair.js';
import type { Transport } from '../../ssh/transport.js';
import { inPhase, warn, type Run } from '../../progress.js';
import { workingBytes } from '../../rootfs/ram.js';
import type { KeepSpec } from '../../profile/profile.js';
import { saveForKeep } from '../keep/save.js';
import type { RescueCargo } from '../rescue/means.js';
import type { Payload } from './payload.js';
import { endedEarly, takeBack } from './take-back.js';

/** The longest orderly shutdown that is waited for, in seconds: systemd gives a service 90 s, twice. */
export const shutdownSeconds = 300;

/** What an entry brings onto the device. */
export interface Brought {
  /** The maintenance root. */
  payload: Payload;
  /** The public keys of the person who enters, where they open maintenance; the key of the entry does in any case. */
  ownKeys: string[];
  /** What of a rescue comes along. */
  rescue?: Pick<RescueCargo, 'bytes' | 'kernel'>;
  /** What of the running system is saved on this machine before; nothing where all of it may go. */
  keep?: KeepSpec | undefined;
}

/**
 * Stages, configures, rehearses, arms and triggers; undoes everything if one of these steps fails.
 * @param address where maintenance will be reached
 * @returns the session of the entry, which is saved, and the watch over the running system, which is about to end
 * @throws LevitateError STAGE_FAILED, REHEARSAL_FAILED, ENTER_FAILED, INTERRUPTED, and what opening the archive and the
 * connection throw
 */
export async function takeOver(
  address: Address,
  running: Transport,
  facts: Facts,
  { payload, ownKeys, rescue = { bytes: 0 }, keep }: Brought,
  run: Run,
): Promise<{ session: Session; watched: Watched }> {
  const { profile, rootBytes, source } = payload;
  const { signal } = run;
  const key = await generateKeyPair('levitate');
  const entryId = randomBytes(8).toString('hex');
  const stage = stageOfEntry(facts, entryId);
  let armed = false;
  try {
    const archive = await source();
    const work = workingBytes(facts.init);
    const room = {
      limit: rootBytes * 1.1 + work + rescue.bytes * 1.1,
      needed: neededBytes({ profile, rootBytes, workingBytes: work }) + rescue.bytes,
    };
    await inPhase(run, 'stage', () => stageRoot(running, stage, archive, room, signal));
    if (rescue.kernel) await bringKernel(running, stage, rescue.kernel.bytes, signal);
    signal?.throwIfAborted();
    const port = profile.services.sshd.port ?? facts.sshPort ?? 22;
    const { hostKeys, notes } = await inPhase(run, 'configure', () =>
      configure(
        running,
        stage,
        {
          LEVITATE_ENTRY_ID: entryId,
          LEVITATE_SSHD_PORT: port,
          LEVITATE_RESCUE: rescue.bytes > 0 ? 'yes' : '',
        },
        [key.publicKey, ...ownKeys],
      ),
    );
    for (const message of notes) warn(run, message);
    signal?.throwIfAborted();
    await inPhase(run, 'rehearse', () =>
      rehearse(running, stage, { privateKey: key.privateKey, hostKeys }),
    );
    if (keep) await saveForKeep(running, facts, { host: address.host, entryId, keep }, run);
    signal?.throwIfAborted();
    const session: Session = {
      ...address,
      entryId,
      compatible: facts.compatible,
      ...(facts.compatVersion === undefined ? {} : { compatVersion: facts.compatVersion }),
      device: identityOf(facts),
      // kexec starts the kernel anew; every other way keeps it.
      ...(facts.init === 'kexec' ? {} : { bootId: facts.bootId }),
      privateKey: key.privateKey,
      hostKeys,
    };
    // The session is saved before the trigger, so that the key is not lost if this program dies now.
    await saveSession(session);
    signal?.throwIfAborted();
    armed = true;
    await inPhase(run, 'arm', () => arm(running, stage));
    const watched = await watch(running, shutdownSeconds + 60, signal);
    signal?.throwIfAborted();
    await inPhase(run, 'trigger', () => trigger(running, stage));
    return { session, watched };
  } catch (error) {
    const left = await takeBack(running, stage, { host: address.host, armed }, run);
    throw endedEarly(error, run, { left, armed });
  }
}
