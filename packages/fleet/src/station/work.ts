import { reasonOf } from '../errors.js';
import { changedFile, digestOf, imagePath } from '../rollout/pins.js';
import { isWithin } from '../rollout/window.js';
import type { Store } from '../store/store.js';
import { allowWrite } from './before-write.js';
import type { Claimed } from './claimed.js';
import type { Deployed, Driver, OrderedImage, Step } from './driver.js';
import { checkIdentity, OtherDevice } from './identity.js';
import { failureOf, Halted, verdict } from './outcome.js';
import type { Ended } from './settle.js';

/**
 * Works on one device: looks who it is, deploys, and says how that ended. It throws nothing.
 * @param station its name
 * @param onStep is told how far it is
 */
export async function workOn(
  store: Store,
  driver: Driver,
  station: string,
  claimed: Claimed,
  onStep: (step: Step) => void,
): Promise<Ended> {
  let { touched } = claimed;
  try {
    if (!touched && !isWithin(claimed.plan.window, claimed.now))
      throw new Halted('the time of the day is over');
    const onTouched = () => (touched = true);
    const deployed = await deployTo(store, driver, station, claimed, { onTouched, onStep });
    return { well: true, deployed };
  } catch (error) {
    const failure = failureOf(error);
    if (error instanceof Halted) return { well: false, failure, verdict: { is: 'back' } };
    const owner = String((error as { data?: { owner?: unknown } }).data?.owner ?? '');
    const isOwnLease = owner.startsWith(`${station}/${claimed.rollout}/`);
    const { tries } = claimed;
    return { well: false, failure, verdict: verdict(failure, { touched, tries, isOwnLease }) };
  }
}

/**
 * Looks who answers before anything is done to it. A device that was begun before may be in maintenance, where only the deploy itself
 * gets in, by keys that no other device has: it need not answer this.
 */
async function lookFirst(store: Store, driver: Driver, claimed: Claimed): Promise<void> {
  const { device: name, host, attempt, touched } = claimed;
  if (touched) return;
  const seen = await driver.look({ name, host }).catch((error: unknown) => {
    if (attempt > 1) return undefined;
    throw error;
  });
  if (seen) await askStore(() => checkIdentity(store, claimed, seen));
}

/** Asks the database something before the first byte; where it does not answer, that is no failure of the device. */
async function askStore(question: () => Promise<void>): Promise<void> {
  try {
    await question();
  } catch (error) {
    if (error instanceof OtherDevice || error instanceof Halted) throw error;
    throw new Halted(`the database does not answer: ${reasonOf(error)}`, { cause: error });
  }
}

async function deployTo(
  store: Store,
  driver: Driver,
  station: string,
  claimed: Claimed,
  { onTouched, onStep }: { onTouched: () => void; onStep: (step: Step) => void },
): Promise<Deployed> {
  const { device, host, profile, rollout, attempt, plan, pins } = claimed;
  for (const path of [profile, ...Object.values(plan.images).map(imagePath)])
    if ((await digestOf(path)) !== pins[path]) throw changedFile(path);
  await lookFirst(store, driver, claimed);
  const { expectBuild } = plan;
  const images = Object.fromEntries(
    Object.entries(plan.images).map(([target, image]): [string, OrderedImage] => [
      target,
      { image, sha256: pins[imagePath(image)]! },
    ]),
  );
  return driver.deploy({
    ...{ name: device, host, profile, images },
    ...(expectBuild === undefined ? {} : { expectBuild }),
    leaseOwner: `${station}/${rollout}/${attempt}`,
    onStep,
    beforeWrite: async () => {
      await askStore(() => allowWrite(store, claimed));
      onTouched();
    },
    onReboot: () => {
      const told = store.rows(
        "update member set state = 'confirming' where rollout = $1 and device = $2 and job = $3 and state = 'writing'",
        [rollout, device, claimed.job],
      );
      // It is for people; what counts is kept at the end.
      told.catch(() => undefined);
    },
  });
}
