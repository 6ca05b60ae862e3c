import { describe, expect, test } from 'vitest';
import { cutStages, rescueSentences, withRescue } from '../../../../src/flash/rescue/words.js';
import type { Step } from '../../../../src/flash/steps.js';

const change = { touches: '/dev/vda', undoable: false, bytes: 1 };
const steps: Step[] = [
  { do: 'invalidate', chunk: 0, ...change },
  { do: 'zero', chunks: [2], ...change },
  { do: 'write', chunks: [1], ...change },
  { do: 'write', chunks: [0], ...change },
  { do: 'finish', ...change },
  { do: 'clear', what: 'backup GPT', offset: 7, ...change },
  { do: 'verify', how: 'chunks', bytes: 1, touches: null, undoable: false },
];
const plan = {
  leadsTo: 'rescue',
  firmware: 'bios',
  offset: 4096,
  length: 8192,
  isThere: false,
  within: [] as string[],
} as const;
const outline = (list: Step[]) => list.map(({ do: what, cut }) => `${what}: ${cut}`);

describe('a write with a rescue', () => {
  test('begins with it, never makes the first sector invalid, and ends by overwriting it', () => {
    expect(outline(withRescue(steps, '/dev/vda', plan))).toEqual([
      'write-rescue: old-system',
      'start-rescue: rescue',
      'zero: rescue',
      'write: rescue',
      'write: rescue',
      'finish: new-system',
      'clear: new-system',
      'verify: new-system',
      'end-rescue: new-system',
    ]);
  });

  test('goes on with the one that is there', () => {
    const [first, ...rest] = outline(withRescue(steps, '/dev/vda', { ...plan, isThere: true }));
    expect(first).toBe('zero: rescue');
    expect(rest.at(-1)).toBe('end-rescue: new-system');
  });

  test('is none where nothing is to be written; one that is there is overwritten all the same', () => {
    const nothing = steps.slice(-1);
    expect(withRescue(nothing, '/dev/vda', plan)).toEqual(nothing);
    expect(outline(withRescue(nothing, '/dev/vda', { ...plan, isThere: true }))).toEqual([
      'verify: new-system',
      'end-rescue: new-system',
    ]);
  });
});

test('the sentences name each outcome that the steps have, in their order', () => {
  const outcomes = withRescue(steps, '/dev/vda', plan).map(({ cut }) => cut);
  expect(cutStages(plan).map(({ leadsTo }) => leadsTo)).toEqual([...new Set(outcomes)]);
  const text = rescueSentences(plan);
  expect(text).toMatch(/8 KiB at 4 KiB.*old system.*rescue.*same command.*new system/);
  const within = { ...plan, within: ['/dev/vda3 (data)'] };
  expect(text).not.toContain('damage');
  expect(cutStages(within)[0]).toMatchObject({ damages: within.within });
  expect(rescueSentences(within)).toContain('the old system, with damage in /dev/vda3 (data);');
  expect(rescueSentences({ ...plan, isThere: true })).not.toContain('old system');
});
