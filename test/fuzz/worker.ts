/** One process that gives cases to one reader: `worker.ts TARGET SEED FIRST SECONDS NOTE FOLDER`. */
import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { Random } from './random.js';
import { Finding, type Outcome } from './target.js';
import { targets } from './targets.js';

/** What a worker tells of its cases, as lines of JSON. */
export type Told =
  | { type: 'finding'; case: number; message: string; stack: string; input: string }
  | { type: 'done'; cases: number; accepted: number; cpuMs: number; mebi: number };

const mebi = 1024 * 1024;
/** What a case may take at most. */
const limits = { cpuMs: 2000, mebi: 300 };

const [name = '', seed = '', first = '0', seconds = '1', note = '', folder = ''] =
  process.argv.slice(2);
const tell = (told: Told): void => void process.stdout.write(`${JSON.stringify(told)}\n`);

mkdirSync(folder, { recursive: true });
const target = targets.find((one) => one.name === name)!;
const undo: (() => Promise<unknown>)[] = [];
const trial = await target.prepare(folder, (work) => void undo.push(work));
const where = openSync(note, 'w');
const total = { cases: 0, accepted: 0, cpuMs: 0, mebi: 0 };
const end = Date.now() + Number(seconds) * 1000;
const only = Number(seconds) === 0;
for (let index = Number(first); only || Date.now() < end; index += 1) {
  // The parent reads here which case it was that never ended.
  writeSync(where, String(index).padEnd(12), 0);
  await once(index);
  total.cases += 1;
  if (only) break;
}
for (const work of undo.reverse()) await work();
tell({ type: 'done', ...total });

async function once(index: number): Promise<void> {
  const random = (): Random => new Random(`${seed} ${name} ${index}`);
  const report = (message: string, input: string | Uint8Array, stack = ''): void => {
    const kept = `${folder}/finding-${index}`;
    writeFileSync(kept, input);
    tell({ type: 'finding', case: index, message, stack, input: kept });
  };
  try {
    const { outcome, input, cpuMs, peak } = await measured(() => trial(random()));
    if (outcome === 'accepted') total.accepted += 1;
    total.cpuMs = Math.max(total.cpuMs, cpuMs);
    total.mebi = Math.max(total.mebi, peak);
    if (cpuMs > limits.cpuMs) report(`it took ${Math.round(cpuMs)} ms`, input);
    if (peak <= limits.mebi) return;
    // What an earlier case left to be collected is not this one's.
    globalThis.gc?.();
    const again = await measured(() => trial(random()));
    if (again.peak > limits.mebi) report(`it took ${Math.round(again.peak)} MiB`, input);
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    const cause = error.cause instanceof Error ? (error.cause.stack ?? '') : '';
    report(error.message, error.input, cause);
  }
}

/** Runs a case, and gives what it took: its own processor time, and how far memory rose above where it was. */
async function measured(
  work: () => Promise<Outcome> | Outcome,
): Promise<Outcome & { cpuMs: number; peak: number }> {
  writeFileSync('/proc/self/clear_refs', '5'); // proc(5): resets the peak
  const before = resident('VmRSS');
  const cpu = process.cpuUsage();
  const ended = await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...ended,
    cpuMs: (user + system) / 1000,
    peak: (resident('VmHWM') - before) / mebi,
  };
}

function resident(key: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync('/proc/self/status', 'latin1');
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
}
