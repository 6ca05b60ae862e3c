import { interruptible } from '../../device/connect.js';
import type { Facts } from '../../device/facts.js';
import { takesOwnKeys } from '../../device/login-checks.js';
import { neededBytes, preflight, type EnterNeed } from '../../device/preflight.js';
import type { Login } from '../../device/root-login.js';
import type { Consent } from '../../flash/kind.js';
import { inPhase, report, type Check, type Run } from '../../progress.js';
import { workingBytes } from '../../rootfs/ram.js';
import { ownKeys } from '../../ssh/own-keys.js';
import type { Transport } from '../../ssh/transport.js';
import { commandCheck } from '../device-commands.js';
import { refuseOtherBoards } from '../flash/boards.js';
import { checkTargets, type TargetCheck } from '../flash/target-checks.js';
import { keepCheck, keptOnEntering } from '../keep/keep.js';
import { waitingChecks, waitingVolumes } from '../keep-volumes/put.js';
import { newSystemLogin } from '../leave/new-system-login.js';
import type { Prepared } from '../prepare.js';
import { rescueCargo, type RescueCargo } from '../rescue/means.js';
import type { Payload } from './payload.js';
import { refuseOnChecks } from './refuse-on-checks.js';
import { wayBack, type WayBack } from './way-back.js';

/** What is known of a device that may be entered. */
export interface Judged extends Pick<WayBack, 'now' | 'address'> {
  /** The preflight's rows. */
  checks: Check[];
  /** Public keys of the person that maintenance accepts. */
  own: string[];
  /** What of a rescue comes along. */
  rescue: RescueCargo;
  /** What each target of an image is. */
  targets: TargetCheck[];
}

/**
 * Looks whether a device can be entered, comes back, and takes its images. Changes nothing.
 * @throws LevitateError PREFLIGHT_REFUSED, and what `checkTargets` and connecting throw
 */
export const judgeEntry = (
  running: Transport & Pick<Login, 'notRoot'>,
  facts: Facts,
  payload: Payload,
  {
    connection,
    images,
    kernel,
    consent,
  }: Pick<Prepared, 'connection' | 'images' | 'kernel'> & { consent: Consent },
  run: Run,
): Promise<Judged> =>
  inPhase(run, 'preflight', async () => {
    const checks: Check[] = [];
    const tell = (check: Check): void => {
      checks.push(check);
      report(run, { type: 'check', ...check });
    };
    const { profile } = payload;
    const own = takesOwnKeys(facts, profile)
      ? await ownKeys(connection.host, connection.sshConfig)
      : [];
    judge(facts, payload, { ownKeys: own, notRoot: running.notRoot }, tell);
    const { now, address, check } = await wayBack(connection, running, facts, profile, run);
    tell(check);
    const commands = [
      commandCheck(profile, 'before-enter'),
      images.length > 0 ? commandCheck(profile, 'after-flash') : undefined,
    ];
    for (const row of commands) if (row) tell(row);
    const room = { rootBytes: payload.rootBytes, needed: neededFor(facts, payload), kernel };
    const written = images.length > 0 ? images.map(([target]) => target) : undefined;
    const rescue = await rescueCargo(facts, profile, room, written);
    if (images.length === 0) return { checks, own, now, address, rescue, targets: [] };
    tell({ name: 'new system', verdict: 'ok', found: newSystemLogin(address.user) });
    const keeps = keptOnEntering(profile, images, consent) !== undefined;
    refuseOtherBoards(images, facts, { ...consent, kept: keeps }, run);
    const asked = interruptible(running, run.signal);
    const kept = consent.dropKept ? undefined : keepCheck(profile, images, facts, payload.programs);
    if (kept) tell(kept);
    const waiting = await waitingVolumes(connection.host);
    for (const row of waitingChecks(waiting, images, consent)) tell(row);
    const targets = await checkTargets(
      ...([asked, facts.stack, profile, images, consent, waiting] as const),
      payload.programs,
      rescue.means,
    );
    for (const target of targets) tell(target.check);
    return { checks, own, now, address, rescue, targets };
  });

/** Bytes of RAM that entering takes without a rescue. */
const neededFor = ({ init }: Facts, { profile, rootBytes }: Payload): number =>
  neededBytes({ profile, rootBytes, workingBytes: workingBytes(init) });

function judge(
  facts: Facts,
  { source: _, ...payload }: Payload,
  login: Pick<EnterNeed, 'ownKeys' | 'notRoot'>,
  tell: (check: Check) => void,
): void {
  const checks = preflight(facts, {
    ...payload,
    workingBytes: workingBytes(facts.init),
    ...login,
  });
  checks.forEach(tell);
  refuseOnChecks(checks);
}
