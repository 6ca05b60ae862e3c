/** CPU time of `levitate --help`, beside node doing nothing. */
import { execa } from 'execa';

const rounds = 10;

export interface StartFigures {
  helpMs: number;
  nodeMs: number;
}

/** Least CPU milliseconds, user and system, over some rounds. */
async function cpu(args: string[]): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const { stdout } = await execa('sh', [
      '-c',
      '"$@" >/dev/null; times',
      'times',
      'node',
      ...args,
    ]);
    // The second line of times(1p) is what the children took: user and system, as 0m0.123s.
    const children = stdout.split('\n')[1] ?? '';
    const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
      (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
      0,
    );
    best = Math.min(best, seconds * 1000);
  }
  return best;
}

export const startFigures = async (): Promise<StartFigures> => ({
  helpMs: await cpu(['dist/cli/main.js', '--help']),
  nodeMs: await cpu(['-e', '0']),
});
