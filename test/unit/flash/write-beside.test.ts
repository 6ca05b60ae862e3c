/** What is written beside a UBI volume, in which order, and when it is swapped. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LevitateError } from '../../../src/errors.js';
import type { TargetFlasher } from '../../../src/flash/flasher.js';
import { JobState } from '../../../src/flash/job-state.js';
import type { Job, TargetFacts } from '../../../src/flash/kind.js';
import { planJob } from '../../../src/flash/plan.js';
import { targetOf } from '../../../src/flash/target.js';
import { anImage } from '../image/an-image.js';

let log: string[];
/** How the two places hash, and how what is written to one does. */
let found: Record<string, string>;
let keeps: string;
let swapFails: boolean;
beforeEach(() => {
  log = [];
  found = { there: 'old' };
  keeps = 'new';
  swapFails = false;
});

/** A flasher that notes what it is asked for, and of which of the two places. */
function flasher(place: 'there' | 'beside' = 'there'): TargetFlasher {
  const note = (what: string) => void log.push(`${what} ${place}`);
  const done = (what: string) => () => Promise.resolve(note(what));
  return {
    describe: () => Promise.resolve(facts),
    open: () =>
      Promise.resolve(note('open')).then(() => ({ next: 1, resumed: false, deflated: false })),
    feed: () => {
      found[place] = keeps;
      return Promise.resolve(note('feed'));
    },
    finish: done('finish'),
    hash: (_length, _from, onPiece) => {
      note('hash');
      onPiece({ index: 0, sha256: found[place]! });
      return Promise.resolve();
    },
    readChunk: () => Promise.reject(new Error('it is read as a whole')),
    close: () => Promise.resolve(),
    listTree: () => Promise.resolve(),
    remains: () => Promise.resolve({ remains: [], lost: [] }),
    clear: done('clear'),
    counters: done('counters'),
    beside: () => flasher('beside'),
    swap: (_lease, words) => {
      log.push(`swap ${words.join(' ')}`);
      return swapFails
        ? Promise.reject(new LevitateError('CONNECTION_LOST', 'cut'))
        : Promise.resolve();
    },
    writeRescue: done('rescue'),
    endRescue: done('end rescue'),
    verified: done('verified'),
  };
}

const facts: TargetFacts = {
  ...{ kind: 'ubi-volume', name: 'it', node: '/dev/ubi0_1', within: '/dev/mtd0' },
  ...{ size: 10_000, leb_size: 1000, free_lebs: 30, pinned: '' },
};
function job(volume: string, more: Partial<TargetFacts> = {}): Job {
  const { kind, args } = targetOf({ 'ubi-volume': volume, on: { mtd: 'ubi' } });
  const image = anImage({ format: 'squashfs', length: 3000, chunks: ['new'] });
  return { target: volume, kind, args, facts: { ...facts, ...more }, image, state: new JobState() };
}
/** The same of an OpenWrt. */
function openwrt(volume: string, more: Partial<TargetFacts> = {}): Job {
  const spec = { 'openwrt-volume': volume, on: { mtd: 'ubi' }, rest: 'rootfs_data' };
  const has = { kind: 'openwrt-volume', rest: 'rootfs_data', rest_lebs: 5, ...more };
  return { ...job(volume, has), ...targetOf(spec) };
}
/** As an operation flashes one target after the other, and commits all. */
async function flashed(...jobs: Job[]): Promise<string[]> {
  for (const one of jobs) {
    await planJob({ flasher: flasher() }, one, false);
    await one.kind.write({ flasher: flasher() }, one, 1);
    await one.kind.verify({ flasher: flasher() }, one, 1);
  }
  await jobs[0]!.kind.commit!({ flasher: flasher() }, jobs, 1);
  return log.filter((line) => !line.startsWith('counters'));
}

describe('beside the old volume', () => {
  it('is written, read back, and swapped', async () => {
    expect(await flashed(job('rootfs'))).toEqual([
      ...['hash there', 'open beside', 'feed beside', 'finish beside', 'hash beside'],
      'swap ubi-volume rootfs ubi',
    ]);
  });
  it('several are swapped at once, when all were read back', async () => {
    const lines = await flashed(job('kernel'), job('rootfs'));
    expect(lines.filter((line) => line.startsWith('swap'))).toEqual([
      'swap ubi-volume kernel ubi ubi-volume rootfs ubi',
    ]);
    expect(lines.at(-1)).toMatch(/^swap/);
  });
  it('so are those of an OpenWrt with others, whichever comes first', async () => {
    const root = () => openwrt('rootfs');
    const swaps = (lines: string[]) => lines.filter((line) => line.startsWith('swap'));
    expect(swaps(await flashed(root(), job('data')))).toEqual([
      'swap openwrt-volume rootfs ubi rootfs_data ubi-volume data ubi',
    ]);
    log = [];
    found = { there: 'old' };
    expect(swaps(await flashed(job('data'), root()))).toEqual([
      'swap ubi-volume data ubi openwrt-volume rootfs ubi rootfs_data',
    ]);
  });
  it('a volume that was not written is swapped with none, but what takes the rest may be missing', async () => {
    const there = openwrt('rootfs', { rest_lebs: 0 });
    await there.kind.commit!({ flasher: flasher() }, [job('data'), there], 1);
    expect(log.filter((line) => line.startsWith('swap'))).toEqual([
      'swap openwrt-volume rootfs ubi rootfs_data',
    ]);
  });
  it('nothing is swapped that was not read back whole', async () => {
    keeps = 'worn';
    await expect(flashed(job('rootfs'))).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
    expect(log.join()).not.toContain('swap');
  });
  it('nothing is written or swapped where the image is there', async () => {
    found['there'] = 'new';
    expect(await flashed(job('rootfs'))).toEqual(['hash there', 'hash there', 'verified there']);
  });
  it('a swap whose answer a cut took is asked for again', async () => {
    const one = job('rootfs');
    swapFails = true;
    await expect(flashed(one)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    swapFails = false;
    await one.kind.commit!({ flasher: flasher() }, [one], 2);
    expect(log.filter((line) => line.startsWith('swap'))).toHaveLength(2);
    await one.kind.commit!({ flasher: flasher() }, [one], 2);
    expect(log.filter((line) => line.startsWith('swap'))).toHaveLength(2);
  });
});

describe('in place', () => {
  it('is written and verified where there is no room beside', async () => {
    expect(await flashed(job('rootfs', { free_lebs: 0 }))).toEqual([
      ...['hash there', 'open there', 'feed there', 'finish there', 'hash there'],
      'verified there',
    ]);
  });
});
