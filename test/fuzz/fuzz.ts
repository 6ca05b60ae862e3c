/**
 * `npm run fuzz -- --seconds N --seed S [--target NAME] [--case N]`: gives every reader of levitate what it should not
 * trust. Each case must end in levitate's own error or in the right result, within 2 s of processor time and 300 MiB.
 * A seed and the number of a case make the same input again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cp, mkdir } from 'node:fs/promises';
import { table } from '../bench/table.js';
import { runTarget, type Ran } from './run-target.js';
import { targets } from './targets.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    case: { type: 'string' },
  },
});
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
if (chosen.length === 0) {
  console.error(`no such target; there are ${targets.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'levitate-fuzz-'));
const kept = resolve('.cache/fuzz');
try {
  const workers = Math.min(availableParallelism(), 2, chosen.length);
  const seconds =
    values.case === undefined ? (Number(values.seconds) * workers) / chosen.length : 0;
  const waiting = [...chosen];
  const ran: Ran[] = [];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { name } = next;
        const first = Number(values.case ?? 0);
        ran.push(
          await runTarget({ name, seed: values.seed, first, seconds, folder: join(folder, name) }),
        );
      }
    }),
  );
  const rows = ran.sort((a, b) => (a.name < b.name ? -1 : 1));
  console.log(
    table([
      ['reader', 'cases', 'taken', 'refused', 'slowest ms', 'most MiB', 'findings'],
      ...rows.map(({ name, cases, accepted, cpuMs, mebi, findings }) =>
        [name, cases, accepted, cases - accepted, cpuMs, mebi, findings.length].map((value) =>
          typeof value === 'number' ? String(Math.round(value)) : value,
        ),
      ),
    ]),
  );
  const findings = rows.flatMap(({ name, findings: found }) =>
    found.map((one) => ({ name, ...one })),
  );
  for (const { name, case: number, message, stack, input } of findings) {
    await mkdir(kept, { recursive: true });
    const file = join(kept, `${name}-${values.seed}-${number}`);
    if (input) await cp(input, file);
    console.error(`\n${name}, case ${number}: ${message}\n${stack}`);
    console.error(`again: npm run fuzz -- --target ${name} --seed ${values.seed} --case ${number}`);
    if (input) console.error(`its input: ${file}`);
  }
  if (findings.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
