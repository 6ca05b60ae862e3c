import { describe, expect, it } from 'vitest';
import { hasLoss, reportCounters } from '../../../src/flash/counter-report.js';

/** What a write has cost. */
const costs = (before: (number | null)[], after: (number | null)[]) => {
  const report = reportCounters(before, after);
  const { lost, reset, averaged } = report;
  expect(hasLoss(report)).toBe(lost + reset + averaged > 0);
  return [lost, reset, averaged];
};

describe('reportCounters', () => {
  it.each([
    ['that grew, or stayed', [5, 5, null], [6, 5, 1], [0, 0, 0]],
    ['that are gone', [5, 5, 5], [6, null, 6], [1, 0, 0]],
    ['of eraseblocks that are not there any more', [5, 5], [6], [1, 0, 0]],
    ['that began anew at zero', [5, 9, 7], [0, 0, 0], [0, 3, 0]],
    ['of which one went back', [5, 9, 7], [6, 8, 8], [0, 1, 0]],
    ['that ubiformat averaged', [2, 9, 7], [6, 6, 6], [0, 2, 3]],
    ['that averaging gave to eraseblocks without one, too', [2, 9, null], [5, 5, 5], [0, 1, 3]],
    ['that grew until they are equal', [1, 2], [2, 2], [0, 0, 0]],
  ] as const)('counts those %s', (_, before, after, cost) => {
    expect(costs([...before], [...after])).toEqual(cost);
  });

  it('has both times side by side in each range of counters', () => {
    expect(reportCounters([1, 1, 3], [2, 2, 4]).histogram).toEqual([
      { from: 1, to: 1, before: 2, after: 0 },
      { from: 2, to: 2, before: 0, after: 2 },
      { from: 3, to: 3, before: 1, after: 0 },
      { from: 4, to: 4, before: 0, after: 1 },
    ]);
  });
});
