/**
 * `npm run faults -- --runs N --seed S [--target TARGET,…] [--run N] [--at-once N]`: faults of many kinds strike at random moments while a device is flashed,
 * and what levitate promises of each stage is checked. A seed and the number of a run make the same trial again, as far as time allows.
 * A signal ends it, and what came out until then is told.
 * With `--firmware bios|uefi` it is the power of an emulated PC that is cut, while its disk is re-imaged with a rescue.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { table } from '../bench/table.js';
import { targets } from './content.js';
import { Roots } from './roots.js';
import { firmwares, type FirmwareName } from './power-cuts/firmware.js';
import { runPowerCuts } from './power-cuts/run.js';
import { choose, faults, runTrial, type Outcome } from './run-trial.js';
import { stages } from './trial.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    run: { type: 'string' },
    'at-once': { type: 'string' },
    firmware: { type: 'string' },
  },
});
const first = Number(values.run ?? 0);
const end = values.run === undefined ? Number(values.runs) : first + 1;
if (values.firmware !== undefined) {
  const { firmware } = values;
  const names = Object.keys(firmwares) as FirmwareName[];
  const named = names.find((name) => name === firmware);
  if (named === undefined) {
    console.error(`no such firmware; there are ${names.join(', ')}`);
    process.exit(2);
  }
  process.exit((await runPowerCuts(named, values.seed, first, end - first)) ? 0 : 1);
}
const named = values.target?.split(',');
const wanted = targets.filter((target) => named?.includes(target) ?? true);
if (wanted.length === 0) {
  console.error(`no such target; there are ${targets.join(', ')}`);
  process.exit(2);
}

/** Trials at once, each with a device: half of the time of a trial is waiting. */
const atOnce = Number(values['at-once'] ?? 2 * availableParallelism());

const outcomes: (Outcome & { number: number })[] = [];
process.once('exit', tell);
const roots = await Roots.make();
try {
  let next = first;
  const work = async (): Promise<void> => {
    while (next < end) {
      const number = next;
      next += 1;
      const choice = choose(values.seed, number, wanted);
      const outcome = await runTrial(roots, choice);
      outcomes.push({ ...outcome, number });
      const { target, fault, stage, struck, broken, seconds } = outcome;
      const how = broken === undefined ? (struck ? 'kept' : 'kept, late') : 'BROKEN';
      console.log(`${number} ${target} ${stage} ${fault}: ${how} (${seconds.toFixed(1)} s)`);
      if (broken !== undefined) console.log(`${broken}\n${again(number)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
} finally {
  await roots.remove();
}
if (broken().length > 0) process.exitCode = 1;

function again(number: number): string {
  const only = values.target === undefined ? '' : ` --target ${wanted.join(',')}`;
  return `again: npm run faults -- --seed ${values.seed} --run ${number}${only}`;
}

function count(fault: string, stage: string): string {
  const these = outcomes.filter((one) => one.fault === fault && one.stage === stage);
  const broken = these.filter((one) => one.broken !== undefined).length;
  return these.length === 0
    ? ''
    : broken === 0
      ? String(these.length)
      : `${these.length} (${broken} broken)`;
}

function tell(): void {
  const seen = faults
    .map(({ name }) => name)
    .filter((name) => outcomes.some(({ fault }) => fault === name));
  console.log(
    `\n${table([['fault', ...stages], ...seen.map((name) => [name, ...stages.map((stage) => count(name, stage))])])}`,
  );
  const late = outcomes.filter(({ struck }) => !struck).length;
  const of = wanted.map(
    (target) => `${outcomes.filter((one) => one.target === target).length} ${target}`,
  );
  console.log(
    `\n${outcomes.length} trials (${of.join(', ')}), ${late} of them struck after the end; ${broken().length} broken promises`,
  );
  for (const one of broken())
    console.log(
      `${one.number} ${one.target} ${one.stage} ${one.fault}: ${one.broken?.split('\n')[0]}\n  ${again(one.number)}`,
    );
}

function broken() {
  return outcomes.filter((one) => one.broken !== undefined).sort((a, b) => a.number - b.number);
}
