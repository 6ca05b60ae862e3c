import { expect, test } from 'vitest';
import { slotLines } from '../../../../src/cli/views/slot-lines.js';
import type { SlotsResult } from '../../../../src/operations/slots/slots.js';

const told: SlotsResult = {
  ...{ host: 'board', loader: 'u-boot-env' },
  slots: [
    { slot: 'a', node: '/dev/vda2', bytes: 1 << 20, runs: true, state: 'starts' },
    { slot: 'b', runs: false, state: 'unknown' },
  ],
};

test('the slots, and a moment in which a power cut leads to neither', () => {
  const lines = slotLines(told, 'board.yaml');
  expect(lines[1]).toBe('  a     /dev/vda2  1 MiB  runs  starts it');
  expect(lines).toHaveLength(3);
  expect(slotLines({ ...told, atCut: 'It starts nothing' }, 'board.yaml')).toEqual([
    ...lines,
    ...['', 'It starts nothing.'],
  ]);
});
