import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../errors.js';
import { runPowerCommand } from './run-command.js';
import { powerSecret, withoutSecret } from './secret.js';
import { powerSteps, powerTimeout, sharedBy } from './steps.js';
import type { PowerAction, PowerCommand, PowerStep, Switched } from './steps.js';

/** Does work while nobody else does any with the same key. */
export type Exclusively = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Switches the power of a device. A cycle that was begun is always ended: what was switched off is switched on.
 * @param exclusively what keeps one request at a time for each PDU
 * @throws FleetError POWER_FAILED, whose message never holds the secret; POWER_UNKNOWN
 */
export async function switchPower(
  device: Switched,
  action: PowerAction,
  exclusively: Exclusively,
): Promise<void> {
  const secret = await powerSecret(device.power);
  const steps = powerSteps(device, action, secret);
  if (!steps)
    throw new FleetError('POWER_UNKNOWN', `the inventory does not say how to do ${action}`);
  const failures: FleetError[] = [];
  // Whatever became of switching it off: a program that failed may have done so, and it must not stay off.
  for (const [at, step] of steps.entries()) {
    const ends = at > 0;
    const alone = ends ? evenUnlocked(exclusively) : exclusively;
    await take(step, device, alone, ends ? triesToEndCycle : 1).catch((error: unknown) => {
      if (!(error instanceof FleetError)) throw error;
      const message = withoutSecret(error.message, secret);
      failures.push(new FleetError(error.code, message, { hint: error.hint }));
    });
  }
  const [first] = failures;
  if (first) throw first;
}

/** Where nobody can be asked whose turn it is, a device that is off is switched on all the same. */
const evenUnlocked =
  (exclusively: Exclusively): Exclusively =>
  async (key, work) => {
    try {
      return await exclusively(key, work);
    } catch (error) {
      if (!(error instanceof FleetError && error.code === 'DATABASE_UNAVAILABLE')) throw error;
      return work();
    }
  };

/** How often a device that was switched off is tried to be switched on. */
const triesToEndCycle = 3;

async function take(
  step: PowerStep,
  device: Switched,
  exclusively: Exclusively,
  tries: number,
): Promise<void> {
  if ('waitSeconds' in step) return sleep(step.waitSeconds * 1000);
  const seconds = powerTimeout(device.power);
  await exclusively(sharedBy(device), async () => {
    if ('run' in step) return void (await persistent(step.run, seconds, tries));
    const version = await runPowerCommand(step.ask, seconds);
    const found = Object.entries(step.versions).find(([known]) => new RegExp(known).test(version));
    if (!found)
      throw new FleetError(
        'POWER_FAILED',
        `${step.ask.argv[0]} is of no known version: ${version}`,
      );
    for (const command of found[1]) await runPowerCommand(command, seconds + step.heldSeconds);
  });
}

async function persistent(command: PowerCommand, seconds: number, tries: number): Promise<void> {
  try {
    await runPowerCommand(command, seconds);
  } catch (error) {
    if (tries <= 1) throw error;
    await sleep(1000);
    await persistent(command, seconds, tries - 1);
  }
}
