/**
 * The whole way, shown: `levitate deploy` re-images both devices of the lab, each in one command. Of the sbc the power is cut in the
 * middle of the write; the same command finishes it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { DeployResult, Progress } from '../src/index.js';
import {
  accelerator,
  bootDevice,
  compressed,
  deviceArtifacts,
  type DeviceName,
  type LabDevice,
} from './lab/index.js';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (count: number) => `${count.toFixed(1).padStart(6)} s`;

interface Job {
  name: DeviceName;
  target: string;
  image: () => Promise<string>;
  /** Bytes that are written when the power goes; it stays on without. */
  cutAt?: number;
  /** How much larger the disk is than the image, for the rescue. */
  spareMiB?: number;
}

const jobs: Job[] = [
  {
    name: 'router-ubi',
    target: 'layout',
    image: async () => compressed((await deviceArtifacts('router-ubi')).v2.ubi, 'xz'),
  },
  {
    name: 'sbc-systemd',
    target: 'disk',
    image: async () => compressed((await deviceArtifacts('sbc-systemd')).v2.disk, 'zst'),
    cutAt: 100e6,
    spareMiB: 40,
  },
];

type Line = Progress | ({ type: 'result' } & DeployResult) | { type: 'error'; message: string };

/** Runs `levitate deploy` as a person would, and gives its JSON lines. */
async function deploy(args: string[], state: string): Promise<Line[]> {
  const { stdout, exitCode } = await execa(
    'node',
    ['dist/cli/main.js', 'deploy', '--json', '--yes', ...args],
    {
      env: { XDG_STATE_HOME: state },
      stdin: 'ignore',
      stderr: 'inherit',
      reject: false,
    },
  );
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const last = lines.at(-1);
  if (exitCode === 0 && last?.type === 'result') return lines;
  throw new Error(`deploy ended with ${exitCode}: ${JSON.stringify(last)}`);
}

/** Runs the same until so much is written, and then cuts the device's power. */
async function cutInside(device: LabDevice, cutAt: number, args: string[], state: string) {
  const running = execa('node', ['dist/cli/main.js', 'deploy', '--json', '--yes', ...args], {
    env: { XDG_STATE_HOME: state },
    stdin: 'ignore',
    reject: false,
  });
  let wrote = 0;
  for await (const text of running) {
    const line = JSON.parse(text) as Line;
    if (line.type === 'bytes' && line.phase === 'write') wrote = line.done;
    if (wrote >= cutAt) break;
  }
  await device.cut();
  running.kill('SIGKILL');
  await running;
  if (wrote < cutAt) throw new Error('it ended before the power was cut');
  console.log(`  the power is cut when ${megabytes(wrote)} are written, and comes back`);
  const started = performance.now();
  await device.start();
  console.log(
    `  ${seconds((performance.now() - started) / 1000)}  to the rescue, which the disk has started by itself`,
  );
}

/** Prints the timeline of one deploy, and fails where it is not what was promised. */
function report(name: DeviceName, before: string, lines: Line[]): void {
  const result = lines.find(
    (line): line is Extract<Line, { type: 'result' }> => line.type === 'result',
  );
  const flashed = result?.flash?.targets[0];
  if (!result?.leave || !flashed) throw new Error(`${name}: no result`);
  const phase = (wanted: string) =>
    lines.reduce(
      (sum, line) =>
        sum +
        (line.type === 'phase' && line.state === 'done' && line.phase === wanted
          ? line.seconds
          : 0),
      0,
    );
  const rate = flashed.sentBytes / Math.max(0.001, flashed.writeSeconds);
  console.log(`\n${name}: build "${before}" → "${result.leave.build ?? '?'}"`);
  console.log(
    `  ${seconds(result.enter.seconds)}  to maintenance, PID 1 in RAM, nothing on the flash`,
  );
  console.log(`  ${seconds(phase('compare'))}  comparing what is on the medium`);
  console.log(
    `  ${seconds(flashed.writeSeconds)}  ${megabytes(flashed.sentBytes)} of ${megabytes(flashed.imageBytes)} sent and written, ${megabytes(rate)}/s`,
  );
  console.log(
    `  ${seconds(flashed.verifySeconds)}  read back past the page cache: sha256 ${flashed.sha256.slice(0, 16)}… whole`,
  );
  console.log(
    `  ${seconds(result.leave.seconds)}  to the new system, boot id ${result.leave.bootId}`,
  );
  console.log(`  ${seconds(result.seconds)}  in all`);
  if (flashed.counters) {
    const { before: old, after, lost } = flashed.counters;
    const show = (one: typeof old) => `${one.lowest} / ${one.mean} / ${one.highest}`;
    console.log(
      `            erase counters, lowest / mean / highest: ${show(old)} before, ${show(after)} after; lost: ${lost || 'none'}`,
    );
    if (lost > 0) throw new Error(`${name}: erase counters were lost`);
  }
  if (result.leave.build === before) throw new Error(`${name}: the build did not change`);
}

console.log(`Emulated devices (${await accelerator()}); the first run builds their systems.`);
const state = await mkdtemp(path.join(tmpdir(), 'levitate-demo-'));
try {
  for (const { name, target, image, cutAt, spareMiB = 0 } of jobs) {
    const file = await image();
    const device = await bootDevice(name, { spareMiB });
    try {
      const before = await device.sh('cat /etc/build-id');
      const old = await device.bootId();
      const profile = `profiles/${name}.yaml`;
      console.log(
        `\n$ levitate deploy -F ssh_config ${name} ${profile} ${target}=${path.basename(file)} --yes`,
      );
      const words = ['-F', device.sshConfig, device.host, profile, `${target}=${file}`];
      if (cutAt !== undefined) await cutInside(device, cutAt, words, state);
      const lines = await deploy(words, state);
      report(name, before, lines);
      const after = await device.sh('cat /etc/build-id');
      if (after === before || (await device.bootId()) === old)
        throw new Error(`${name} still runs ${after}`);
    } finally {
      await device.stop();
    }
  }
} finally {
  await rm(state, { recursive: true, force: true });
}
