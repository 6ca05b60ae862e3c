/** Chooses a trial by its seed and runs it. */
import { Random } from '../fuzz/random.js';
import { targets, type Target } from './content.js';
import type { Fault } from './fault.js';
import { host } from './faults/host.js';
import { link } from './faults/link.js';
import { medium } from './faults/medium.js';
import { power } from './faults/power.js';
import { programs } from './faults/programs.js';
import { checkCarriesOn, checkDisk, checkNotes, checkStays, checkWords } from './promises.js';
import type { Roots } from './roots.js';
import { Broken, Trial, type Stage } from './trial.js';

/** All kinds of faults. */
export const faults: Fault[] = [...power, ...link, ...host, ...programs, ...medium];

/** What a trial is, as its seed tells. */
export interface Choice {
  target: Target;
  fault: Fault;
  stage: Stage;
  random: Random;
}

/** What became of a trial. */
export interface Outcome {
  target: Target;
  fault: string;
  stage: Stage;
  /** Whether the command still ran when the fault struck. */
  struck: boolean;
  /** The promise that was broken, for people; absent where all were kept. */
  broken?: string;
  seconds: number;
}

/** @param seed that of the whole, and the number of the trial */
export function choose(seed: string, number: number, wanted: readonly Target[] = targets): Choice {
  const random = new Random(`${seed}/${number}`);
  const target = random.pick(wanted);
  const fault = random.pick(faults.filter((one) => one.targets?.includes(target) ?? true));
  const stage = random.pick(fault.stages);
  return { target, fault, stage, random };
}

/** Runs a trial. */
export async function runTrial(
  roots: Roots,
  { target, fault, stage, random }: Choice,
): Promise<Outcome> {
  const started = performance.now();
  const options = {
    rate: random.pick([undefined, 8 << 20, 16 << 20]),
    ...fault.medium?.(random, stage),
  };
  const trial = await Trial.begin(roots, random, target, stage, options);
  trial.environment = fault.environment?.(trial) ?? {};
  let struck = false;
  let broken: string | undefined;
  try {
    // What is wrong with a medium strikes by itself, and may end the command before.
    struck = (await trial.reach()) || fault.medium !== undefined;
    if (struck) await fault.strike(trial);
    await check(trial, struck ? fault : undefined);
  } catch (error) {
    const journal = await trial.journal();
    const lines = trial.command?.lines.slice(-4).map((line) => JSON.stringify(line)) ?? [];
    const why =
      error instanceof Broken
        ? error.message
        : `the trial fails: ${String((error as Error).stack)}`;
    broken = [why, ...lines, journal].join('\n');
  } finally {
    await trial.end();
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    target,
    fault: fault.name,
    stage,
    struck,
    seconds,
    ...(broken === undefined ? {} : { broken }),
  };
}

/** @param fault that has struck; none where the command had ended before */
async function check(trial: Trial, fault: Fault | undefined): Promise<void> {
  await checkDisk(trial, 'after the fault');
  const ended = await trial.ended(trial.command);
  await checkDisk(trial, 'after the command');
  await checkNotes(trial);
  if (fault?.after) await fault.after(trial, ended);
  else await checkWords(trial, ended);
  if (trial.random.once(3)) await checkStays(trial);
  await fault?.mend?.(trial);
  await checkCarriesOn(trial);
}
