/**
 * A fleet, shown: an inventory of three emulated devices and fifty fake ones, a rollout whose canary passes, another one whose bad image stops
 * by itself, the report, and a page to look at meanwhile. `up` sets the same site up and leaves the commands to you.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { accelerator } from '../lab/index.js';
import { program, setUp, tearDown, type Site, type Undo } from './site.js';

const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end.abort());

/** Runs a command as a person would, shows it with what it prints, and gives that. */
async function type({ folder, env }: Site, ...words: string[]): Promise<string> {
  console.log(`\n$ levitate fleet ${words.join(' ')}`);
  const call = ['fleet', ...words];
  const { stdout } = await execa('node', [program, ...call], { cwd: folder, env });
  console.log(shortened(stdout.split('\n')).join('\n'));
  return stdout;
}

/** Lines without the most of them, where they are many. */
const shortened = (lines: string[]): string[] =>
  lines.length < 16
    ? lines
    : [...lines.slice(0, 6), `… ${lines.length - 9} more …`, ...lines.slice(-3)];

/** Starts a command that goes on until `undo` ends it, and shows each line of it. @returns what waits for the first one */
function goOn({ folder, env }: Site, undo: Undo[], ...words: string[]): Promise<unknown> {
  console.log(`\n$ levitate fleet ${words.join(' ')} &`);
  const child = execa('node', [program, 'fleet', ...words], {
    ...{ cwd: folder, env, all: true, reject: false, stdin: 'ignore', buffer: false },
  });
  undo.push(async () => {
    child.kill('SIGTERM');
    await child;
  });
  const lines = createInterface({ input: child.all });
  lines.on('line', (line) => console.log(`  ${line}`));
  return once(lines, 'line', { signal: end.signal });
}

interface Status {
  state: string;
  why: string;
  groups: { name: string; states: Record<string, number> }[];
}

/** Waits until a rollout runs no more, and tells what has changed of it meanwhile. */
async function watch({ folder, env }: Site, id: number): Promise<Status> {
  const started = performance.now();
  for (let told = ''; ;) {
    end.signal.throwIfAborted();
    const words = [program, 'fleet', 'rollout', 'status', String(id), '--json'];
    const { stdout } = await execa('node', words, { cwd: folder, env });
    const status = JSON.parse(stdout) as Status;
    const { state, why, groups } = status;
    const done = groups.map(({ name, states }) => `${name} ${states['done'] ?? 0} done`).join(', ');
    const line = `${state}${why ? `, ${state === 'running' ? 'waits ' : ''}${why}` : ''}; ${done}`;
    const seconds = Math.round((performance.now() - started) / 1000);
    if (line !== told) console.log(`  ${String(seconds).padStart(4)} s  ${line}`);
    told = line;
    if (state !== 'running') return status;
    await sleep(3000, undefined, { signal: end.signal });
  }
}

/** Starts the rollout of a file, as its plan says, and waits for its end. */
async function roll(site: Site, id: number, file: string, wanted: string): Promise<void> {
  const plan = await type(site, 'rollout', 'plan', file);
  const digest = /--plan (\w+)/.exec(plan)?.[1] ?? '';
  await type(site, 'rollout', 'start', file, '--plan', digest);
  const { state } = await watch(site, id);
  await type(site, 'rollout', 'status', String(id));
  if (state !== wanted) throw new Error(`rollout ${id} is ${state}, and not ${wanted}`);
}

async function story(site: Site, undo: Undo[]): Promise<void> {
  await type(site, 'import', 'fleet.yaml');
  await goOn(site, undo, 'serve');
  void goOn(site, undo, 'station', 'run', 'lab', '-F', 'ssh_config').catch(() => undefined);
  await roll(site, 1, 'v2.yaml', 'done');
  console.log('\nThe image of the next one is not what somebody took it for: its build is not the');
  console.log('one that is expected. One device finds that out, and no other is touched.');
  await roll(site, 2, 'bad.yaml', 'stopped');
  await type(site, 'quarantine', 'list');
  await type(site, 'report', '--csv');
  await type(site, 'report', '1', '--csv');
  const build = await site.devices.get('lab-03')!.sh('cat /etc/build-id');
  console.log(`\nlab-03, which the bad image has not reached, runs ${build}.`);
  if (build !== 'router-ubi 2') throw new Error('the rollout did not keep it from lab-03');
  if (!process.stdout.isTTY) return;
  console.log('The page stays where it is until Ctrl-C.');
  await once(end.signal, 'abort');
}

console.log(`Emulated devices (${await accelerator()}); the first run builds their systems.`);
try {
  await using site = await setUp();
  if (process.argv[2] === 'up') {
    console.log(`\nIn another terminal, type:\n\n  . ${site.folder}/env.sh\n`);
    console.log('The devices are there until Ctrl-C.');
    await once(end.signal, 'abort');
  } else {
    const undo: Undo[] = [];
    await story(site, undo).finally(() => tearDown(undo));
  }
} catch (error) {
  if (!end.signal.aborted) throw error;
  process.exitCode = 130;
}
