/** Rows of what a flash takes of both machines while 1 GiB is written: RAM, and CPU of this one beside `ssh`. */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Bed } from './bed.js';
import { noise } from './content.js';
import type { Row } from './measure.js';

const mebi = 1024 ** 2;
const imageBytes = 1024 * mebi;

/** What a process took until its end, as far as it was looked at. */
interface Taken {
  /** Most bytes resident. */
  resident: number;
  /** Of the processor, user and system. */
  cpuSeconds: number;
}

/** Runs a program to its end, and looks every tenth of a second what it has taken so far (proc(5)). */
async function watched(
  command: string[],
  stdin?: string,
  env: Record<string, string> = {},
): Promise<Taken> {
  const [file = '', ...args] = command;
  const child = execa(file, args, {
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { inputFile: stdin }),
    env,
  });
  const taken: Taken = { resident: 0, cpuSeconds: 0 };
  let over = false;
  const ended = child.finally(() => (over = true));
  const look = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (peak !== undefined) taken.resident = Number(peak) * 1024;
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    // Hundredths of a second, on every Linux that Node runs on.
    if (system !== undefined) taken.cpuSeconds = (Number(user) + Number(system)) / 100;
  };
  const looking = (async () => {
    while (!over) {
      await look();
      await sleep(100);
    }
  })();
  await ended;
  await looking;
  return taken;
}

/** MiB of RAM that the device had at least, while something was done. */
async function leastMemory<T>(
  bed: Bed,
  work: () => Promise<T>,
): Promise<{ least: number; done: T }> {
  const loop =
    "while :; do sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo; sleep 1; done";
  const child = execa('ssh', ['-F', bed.sshConfig({}), bed.levitate.host, loop], { reject: false });
  const done = await work();
  child.kill();
  const { stdout } = await child;
  return { least: Math.min(...stdout.trim().split('\n').map(Number)) / 1024, done };
}

/** Writes 1 GiB by levitate and by ssh. */
async function write(bed: Bed): Promise<{ deviceMiB: number; ours: Taken; rival: Taken }> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-bench-'));
  const file = join(folder, 'image');
  const { levitate } = bed;
  try {
    const piece = noise(64);
    for (let size = 0; size < imageBytes; size += piece.length) await appendFile(file, piece);
    await bed.resize(imageBytes + 64 * mebi);
    const config = bed.sshConfig({});
    const idle = await leastMemory(bed, () => sleep(4000));
    const command = ['node', 'dist/cli/main.js', 'flash', '-F', config, levitate.host];
    const { least, done: ours } = await leastMemory(bed, () =>
      watched([...command, `disk=raw:${file}`, '--yes', '--json'], undefined, {
        XDG_STATE_HOME: levitate.stateHome,
      }),
    );
    const dd = 'dd of=/dev/vda bs=1M iflag=fullblock conv=fsync 2>/dev/null';
    const rival = await watched(['ssh', '-F', config, levitate.host, dd], file);
    return { deviceMiB: idle.least - least, ours, rival };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const written = new WeakMap<Bed, ReturnType<typeof write>>();
/** Both rows come from the same two writes. */
function once(bed: Bed): ReturnType<typeof write> {
  const known = written.get(bed) ?? write(bed);
  written.set(bed, known);
  return known;
}

const bound = (what: string, value: number, most: number): Row => ({
  what,
  ours: `${value.toFixed(1)} MiB`,
  against: `limit ${most} MiB`,
  ratio: value / most,
  limit: 1,
});

export const resourceRows: Record<string, (bed: Bed) => Promise<Row[]>> = {
  ram: async (bed) => {
    const { deviceMiB, ours } = await once(bed);
    return [
      bound('RAM of the device for 1 GiB, beyond idle', deviceMiB, 12),
      bound('RAM of this machine for 1 GiB', ours.resident / mebi, 150),
    ];
  },
  cpu: async (bed) => {
    const { ours, rival } = await once(bed);
    const perGB = (taken: Taken) => (taken.cpuSeconds / imageBytes) * 1e9;
    return [
      {
        what: 'CPU of this machine for each GB',
        ours: `${perGB(ours).toFixed(2)} s`,
        against: `ssh dd ${perGB(rival).toFixed(2)} s`,
        ratio: ours.cpuSeconds / rival.cpuSeconds,
        limit: 1.5,
      },
    ];
  },
};
