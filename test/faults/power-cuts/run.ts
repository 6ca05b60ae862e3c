/** Power cuts at random moments of re-imaging a disk that has a rescue, each followed by what the device starts then. */
import { table } from '../../bench/table.js';
import { Random } from '../../fuzz/random.js';
import type { FirmwareName } from './firmware.js';
import { parts, partAfter, promisedAfter, type Part } from './promised.js';
import { Recording, type System } from './recording.js';

/** What a power cut led to. */
interface Outcome {
  number: number;
  part: Part;
  /** What started; missing where nothing did. */
  started?: System;
  /** The promise that was broken, for people. */
  broken?: string;
}

/**
 * Cuts the power so many times, and tells of each.
 * @param first the number of the first one
 * @returns whether every promise was kept
 */
export async function runPowerCuts(
  firmware: FirmwareName,
  seed: string,
  first: number,
  runs: number,
): Promise<boolean> {
  const recording = await Recording.make(firmware);
  const outcomes: Outcome[] = [];
  try {
    for (let number = first; number < first + runs; number += 1) {
      const outcome = await cutOnce(recording, seed, number);
      outcomes.push(outcome);
      const { part, started, broken } = outcome;
      console.log(
        `${number} ${part}: ${broken === undefined ? `the ${started} system` : `BROKEN: ${broken}\nagain: npm run faults -- --firmware ${firmware} --seed ${seed} --run ${number}`}`,
      );
    }
  } finally {
    tell(outcomes);
    await recording.remove();
  }
  return outcomes.every(({ broken }) => broken === undefined);
}

async function cutOnce(recording: Recording, seed: string, number: number): Promise<Outcome> {
  const random = new Random(`${seed}/${number}`);
  const { orders, turns } = recording;
  const count = momentOf(recording, random);
  const part = partAfter(turns, count);
  const promised = promisedAfter(orders, turns, count);
  const about = `cut after order ${count} of ${orders.length}`;
  let started: System | undefined;
  try {
    started = await recording.startsAfter(count, random);
    if (!promised.includes(started))
      return {
        number,
        part,
        started,
        broken: `${about}: ${started}, not ${promised.join(' or ')}`,
      };
    // Carrying on takes longer than starting.
    if (!random.once(5)) return { number, part, started };
    const end = await recording.again();
    if (end === 'new') return { number, part, started };
    return { number, part, started, broken: `${about}: the same command ends in ${end}` };
  } catch (error) {
    const broken = `${about}: ${String((error as Error).message)}\n${await recording.console()}`;
    return { number, part, ...(started ? { started } : {}), broken };
  }
}

/** After how many orders the power is cut: in any part alike, and often near where one part passes into the next. */
function momentOf({ orders, turns }: Recording, random: Random): number {
  const ends = [turns.rescue, turns.switch, orders.length];
  const part = random.below(3);
  const from = part === 0 ? 0 : ends[part - 1]! + 1;
  const near = random.pick([turns.rescue, turns.switch]) - 1 + random.below(5);
  return random.once(3) ? near : from + random.below(ends[part]! - from + 1);
}

function tell(outcomes: readonly Outcome[]): void {
  const systems = ['old', 'rescue', 'new'] as const;
  const rows = parts.map((part) => {
    const of = outcomes.filter((one) => one.part === part);
    const counts = systems.map((system) => of.filter(({ started }) => started === system).length);
    return [part, ...counts.map(String), String(of.filter(({ broken }) => broken).length)];
  });
  console.log(`\n${table([['power cut', ...systems, 'broken'], ...rows])}`);
  console.log(`\n${outcomes.length} power cuts`);
}
