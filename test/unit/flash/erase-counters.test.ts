import { expect, it } from 'vitest';
import { compareCounters } from '../../../src/flash/erase-counters.js';
import { JobState } from '../../../src/flash/job-state.js';
import type { Context, Job } from '../../../src/flash/kind.js';
import { header, erased } from '../operations/wear/headers.js';

/** Compares what was before with what the flasher reads, each time that it is asked. */
async function compare(before: string[], ...reads: string[][]) {
  const notes: unknown[] = [];
  let asked = 0;
  const flasher = {
    counters: (from: number, onHeader: (one: { index: number; header: string }) => void) => {
      const read = reads[Math.min(asked, reads.length - 1)]!;
      asked += 1;
      read.slice(from).forEach((one, at) => onHeader({ index: from + at, header: one }));
      return Promise.resolve();
    },
  };
  const state = new JobState();
  state.before = before;
  const facts = { size: before.length * 4096, peb_size: 4096 };
  const context = { flasher, onProgress: (event: unknown) => notes.push(event) };
  const report = await compareCounters(
    context as unknown as Context,
    { target: 'layout', facts, state } as unknown as Job,
  );
  return { report, notes, asked };
}

it('looks again where an eraseblock has no header for the moment', async () => {
  const { report, notes, asked } = await compare(
    [header(1), header(1)],
    [header(2), erased],
    [header(2), header(2)],
  );
  expect(report).toMatchObject({ lost: 0, reset: 0, averaged: 0, after: { valid: 2 } });
  expect([asked, notes]).toEqual([2, []]);
});

it('warns of what is lost for good, and of what went back', async () => {
  const { report, notes, asked } = await compare(
    [header(5), header(5), header(5)],
    [header(6), erased, header(1)],
  );
  expect(report).toMatchObject({ lost: 1, reset: 1 });
  expect(asked).toBe(4);
  expect(notes).toEqual([
    {
      type: 'note',
      level: 'warning',
      message: 'layout: 1 erase counters were lost, 1 erase counters went back.',
    },
  ]);
});

it('asks once where nothing is missing', async () => {
  expect((await compare([header(5)], [header(5)])).asked).toBe(1);
});
