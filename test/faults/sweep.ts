/**
 * Takes away what trials leave behind when they are ended in their middle: processes, loop devices, mounts, groups and files. It does so
 * at one go, because nothing of the trials may run on meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { memoryGroups } from './device.js';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Sweeps the folder when a signal ends this process, and then ends it.
 * @returns ends that
 */
export function sweepOnSignal(folder: string): () => void {
  const handlers = Object.entries(signals).map(([name, number]) => {
    const end = (): void => {
      sweep(folder);
      process.exit(128 + number);
    };
    process.once(name, end);
    return () => void process.off(name, end);
  });
  return () => handlers.forEach((off) => off());
}

/** @param folder with all that the trials have; its name is in that of all that stands elsewhere */
export function sweep(folder: string): void {
  const groups = readdirSync(memoryGroups)
    .filter((group) => group.startsWith(`${basename(folder)}-`))
    .map((group) => join(memoryGroups, group));
  const running = () => [...new Set([...groups.flatMap(membersOf), ...namedAfter(folder)])];
  // What has been killed may take a moment to end, and what it has just started is killed the next time.
  const end = performance.now() + 10_000;
  for (let pids = running(); pids.length > 0 && performance.now() < end; pids = running()) {
    pids.forEach(kill);
    pause(50);
  }
  // One that is ending is still in its group.
  for (const group of groups) while (!isGone(group) && performance.now() < end) pause(50);
  const isInside = (path: string | undefined) => path?.startsWith(`${folder}/`) ?? false;
  for (const [loop = '', file] of rows(output('losetup', '-nO', 'NAME,BACK-FILE')))
    if (isInside(file)) output('losetup', '--detach', loop);
  for (const [, place = ''] of rows(readFileSync('/proc/self/mounts', 'utf8')))
    if (isInside(place)) output('umount', '--lazy', place);
  rmSync(folder, { recursive: true, force: true });
}

function isGone(group: string): boolean {
  quietly(() => rmdirSync(group));
  return !existsSync(group);
}

const rows = (text: string): string[][] => text.split('\n').map((line) => line.split(/\s+/));

const membersOf = (group: string): number[] =>
  quietly(() => rows(readFileSync(join(group, 'cgroup.procs'), 'utf8')))
    ?.map(([pid]) => Number(pid))
    .filter((pid) => pid > 0 && commandOf(pid) !== '') ?? [];

/** What a process was started with; nothing of one that has ended, which its parent may only hear of when all is swept. */
const commandOf = (pid: number): string =>
  quietly(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';

/** Programs that were given something in the folder: disks, levitate, and the ssh that it has started. */
const namedAfter = (folder: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => commandOf(pid).includes(`${folder}/`));

const kill = (pid: number): void => void quietly(() => process.kill(pid, 'SIGKILL'));

const output = (program: string, ...words: string[]): string =>
  quietly(() =>
    execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) ?? '';

const pause = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** What may be gone meanwhile is no failure. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
