/**
 * The power is cut at random moments while a UBI volume is written beside the old one: each time the device starts one of the two
 * systems by itself, its other volume is as it was, and the same command ends in the new system. SEED repeats a run, and ROUNDS
 * says how many cuts there are.
 */
import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { deviceArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { began, minutes, wrote, type Line } from '../lines.js';

const rounds = Number(process.env['ROUNDS'] ?? 6);
const seed = Number(process.env['SEED'] ?? randomInt(1 << 30));
const test = deviceTest('router-ubi', { scope: 'file' });

/** Numbers in [0, 1) that follow from the seed (Steele, Lea and Flood: Fast splittable pseudorandom number generators, 2014). */
function randoms(state: number): () => number {
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The volumes that there are, and what the system and the other volume say of themselves. */
const look = ({ device }: Levitate): Promise<string> =>
  device.sh(
    'cat /sys/class/ubi/ubi0_*/name | sort | tr "\\n" " "; cat /etc/build-id /data/data-id /data/note',
  );

/** Half of the cuts come while the image is written, the others from the read-back to the end of the swap. */
function momentOf(
  random: () => number,
  length: number,
): { at: (line: Line) => boolean; ms: number } {
  if (random() < 0.5) return { at: wrote(Math.floor(random() * length)), ms: random() * 300 };
  return { at: began('verify'), ms: random() * 6000 };
}

test(
  `cut at ${rounds} random moments, seed ${seed}`,
  { timeout: minutes(10 + 8 * rounds) },
  async ({ levitate }) => {
    const { device } = levitate;
    const random = randoms(seed);
    const { v1, v2 } = await deviceArtifacts('router-ubi');
    const profile = await levitate.profile();
    await device.sh('echo mine >/data/note; sync');
    const started = { old: 0, new: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const before = await look(levitate);
      const isV1 = before.includes('router-ubi 1');
      const image = isV1 ? v2.rootfs : v1.rootfs;
      const { at, ms } = momentOf(random, (await stat(image)).size);
      await levitate.enter(profile);
      const flashing = levitate.start('flash', [`system=${image}`]);
      await flashing.until((line) => at(line) || line.type === 'result');
      await sleep(ms);
      await device.cut();
      flashing.signal('SIGKILL');
      await flashing.ended;
      await device.start();
      await levitate.forget();
      const after = await look(levitate);
      const build = isV1 ? 'router-ubi 2' : 'router-ubi 1';
      const isNew = after.includes(build);
      started[isNew ? 'new' : 'old'] += 1;
      console.log(
        `round ${round}: cut ${ms.toFixed(0)} ms later, ${isNew ? 'new' : 'old'} system; ${after.split('\n')[0]}`,
      );
      expect(after).toMatch(
        /^(data )(levitate\.(new|old)\.rootfs )*rootfs router-ubi [12]\ndata 1\nmine$/,
      );
    }
    console.log(`started after a cut: ${JSON.stringify(started)}`);
    const isV1 = (await look(levitate)).includes('router-ubi 1');
    const deployed = await levitate.run('deploy', [
      profile,
      `system=${isV1 ? v2.rootfs : v1.rootfs}`,
    ]);
    expect(deployed).toMatchObject({ exit: 0, last: { type: 'result', leave: { isNew: true } } });
    expect(await look(levitate)).toBe(`data rootfs router-ubi ${isV1 ? 2 : 1}\ndata 1\nmine`);
  },
);
