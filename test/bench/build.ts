/** A warm build of the router's profile, beside find | cpio | gzip over the same tree, and beside mkinitramfs. */
import { execa } from 'execa';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages } from '../lab/build/packages.js';
import { runAsRoot } from '../lab/build/run.js';

export interface BuildFigures {
  warmSeconds: number;
  pipeSeconds: number;
  mkinitramfsSeconds: number;
  /** Whether two builds gave the same bytes. */
  identical: boolean;
  archiveBytes: number;
}

const profile = 'profiles/router-ubi.yaml';
const rounds = 5;

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The least of several runs, the one that other work disturbed least, of two that take turns. */
async function least(
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<[number, number]> {
  let best: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    best = [Math.min(best[0], await secondsOf(first)), Math.min(best[1], await secondsOf(second))];
  }
  return best;
}

export async function buildFigures(): Promise<BuildFigures> {
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-bench-'));
  const archive = (name: string) => join(scratch, name);
  const build = (name: string) =>
    execa('node', ['dist/cli/main.js', 'build', profile, '-o', archive(name)]);
  try {
    await build('first');
    const tree = archive('tree');
    await execa('sh', [
      '-euc',
      'mkdir "$1"; cd "$1"; gzip -dc "$2" | cpio -idm --quiet -f "dev/*"',
      'unpack',
      tree,
      archive('first'),
    ]);
    const pipe = 'cd "$1"; find . | LC_ALL=C sort | cpio --quiet -o -H newc | gzip -9n >"$2"';
    const [warmSeconds, pipeSeconds] = await least(
      () => build('second'),
      () => execa('sh', ['-euc', pipe, 'pipe', tree, archive('piped')]),
    );
    const [first, second] = [await readFile(archive('first')), await readFile(archive('second'))];
    return {
      warmSeconds,
      pipeSeconds,
      mkinitramfsSeconds: await mkinitramfs(archive('rival')),
      identical: first.equals(second),
      archiveBytes: first.length,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Once, because it takes long; with the lab's kernel, whose modules are shown to it in a mount namespace. */
async function mkinitramfs(output: string): Promise<number> {
  const { modulesDir, kernelVersion } = await packages();
  const script = `mkdir -p /lib/modules
    mount -t tmpfs none /lib/modules
    mkdir "/lib/modules/$2"
    mount --bind "$1" "/lib/modules/$2"
    mount --bind "$1/../../../boot" /boot
    mkinitramfs -o "$3" "$2"`;
  const isolated = `unshare --mount sh -euc '${script}' isolated "$1" "$2" "$3"`;
  return secondsOf(() => runAsRoot(isolated, [modulesDir, kernelVersion, output]));
}
