/** What a rollout does next, for every state that it can come to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type GroupCounts, type Outcome } from '../src/rollout/decide.js';
import { groupsOf } from '../src/rollout/groups.js';
import type { GroupRules, RolloutPlan } from '../src/rollout/plan.js';
import { isWithin } from '../src/rollout/window.js';

type Plan = Pick<RolloutPlan, 'groups' | 'stop' | 'limits'>;

const rules = (about: Partial<GroupRules> = {}): GroupRules => ({
  ...{ name: 'all', errors: 0, missing: 0, soakSeconds: 0, gate: 'auto' },
  ...about,
});
const none: GroupCounts = {
  ...{ waiting: 0, open: 0, resting: 0, offline: 0, errors: 0, quietSeconds: 0, gatePassed: false },
};
const plan = (groups: GroupRules[], about: Partial<Plan> = {}): Plan => ({
  ...{ groups, stop: [], limits: { parallel: 10, startWith: 2 } },
  ...about,
});

describe('decide', () => {
  it('begins with few, and admits one more for each that ended well since the last error', () => {
    const counts = [{ ...none, waiting: 50 }];
    expect(decide(plan([rules()]), counts, [])).toEqual({ do: 'release', group: 0, count: 2 });
    const three: Outcome[] = ['done', 'done', 'done'];
    expect(decide(plan([rules()]), counts, three)).toMatchObject({ count: 5 });
    const tolerant = plan([rules({ errors: 9 })]);
    expect(decide(tolerant, counts, ['done', 'error', 'done', 'done'])).toMatchObject({ count: 3 });
    const working = [{ ...none, waiting: 50, open: 2 }];
    expect(decide(plan([rules()]), working, [])).toEqual({
      do: 'wait',
      why: 'for 2 devices to end',
    });
  });

  it('lets a group begin only behind the one before, its soak and its gate', () => {
    const two = plan([rules({ name: 'canary', soakSeconds: 60, gate: 'manual' }), rules()]);
    const second = { ...none, waiting: 5 };
    const after = (first: Partial<GroupCounts>) => decide(two, [{ ...none, ...first }, second], []);
    expect(after({ open: 1 })).toEqual({ do: 'wait', why: 'for 1 device of canary' });
    expect(after({ quietSeconds: 20 })).toEqual({ do: 'wait', why: 'for 40 s after canary' });
    expect(after({ quietSeconds: 60 })).toMatchObject({ do: 'wait', why: /gate of canary/ });
    expect(after({ quietSeconds: 60, gatePassed: true })).toMatchObject({
      do: 'release',
      group: 1,
    });
  });

  it('goes on without some devices that do not answer, and ends only when they were given up', () => {
    const two = plan([rules({ name: 'first', missing: 1 }), rules({ missing: 9 })]);
    const second = { ...none, waiting: 5 };
    expect(decide(two, [{ ...none, resting: 2 }, second], [])).toMatchObject({ do: 'wait' });
    expect(decide(two, [{ ...none, resting: 1 }, second], [])).toMatchObject({
      do: 'release',
      group: 1,
    });
    expect(decide(two, [{ ...none, resting: 1 }, none], [])).toEqual({
      do: 'wait',
      why: 'for 1 device to answer',
    });
    expect(decide(two, [{ ...none, offline: 1 }, none], [])).toEqual({ do: 'done' });
  });

  it('stops beyond the budget of a group, and at a run of errors within it', () => {
    const counts = [{ ...none, waiting: 400, errors: 3 }];
    expect(decide(plan([rules({ errors: 2 })]), counts, [])).toEqual({
      do: 'stop',
      why: '3 devices of all failed, and 2 may',
    });
    const sliding = plan([rules({ errors: 40 })], { stop: [{ ofLast: 5, errors: 3 }] });
    const bad: Outcome[] = ['error', 'done', 'error', 'done', 'error'];
    expect(decide(sliding, counts, bad)).toMatchObject({
      do: 'stop',
      why: '3 of the last 5 devices failed',
    });
    expect(decide(sliding, counts, ['done', ...bad])).toMatchObject({ do: 'release' });
  });

  it('waits for its time of the day', () => {
    expect(decide(plan([rules()]), [{ ...none, waiting: 5 }], [], false)).toMatchObject({
      do: 'wait',
    });
  });
});

/** A rollout as it goes: devices begin when `decide` says so, and end in any order, well or not. */
const rollout = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
  errors: fc.integer({ min: 0, max: 5 }),
  parallel: fc.integer({ min: 1, max: 12 }),
  startWith: fc.integer({ min: 1, max: 12 }),
  stop: fc.array(
    fc.record({ ofLast: fc.integer({ min: 1, max: 20 }), errors: fc.integer({ min: 1, max: 6 }) }),
  ),
  bad: fc.integer({ min: 0, max: 100 }),
  seed: fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
});

it('never breaks more devices than the budget and those that were at work, and never begins out of turn', () => {
  fc.assert(
    fc.property(rollout, ({ sizes, errors, parallel, startWith, stop, bad, seed }) => {
      const groups = sizes.map((_, n) => rules({ name: `g${n}`, errors }));
      const counts = sizes.map((waiting): GroupCounts => ({ ...none, waiting }));
      const outcomes: Outcome[] = [];
      const limits = { parallel, startWith };
      let stopped: number | undefined;
      for (let step = 0; step < 2000; step += 1) {
        const decision = decide({ groups, stop, limits }, counts, outcomes);
        const open = counts.reduce((sum, one) => sum + one.open, 0);
        if (decision.do === 'stop') stopped ??= open;
        if (decision.do === 'release' && stopped === undefined) {
          const { group, count } = decision;
          for (const before of counts.slice(0, group)) expect(before.waiting + before.open).toBe(0);
          counts[group]!.waiting -= count;
          counts[group]!.open += count;
          expect(counts[group]!.waiting).toBeGreaterThanOrEqual(0);
          expect(open + count).toBeLessThanOrEqual(parallel);
        }
        const working = counts.filter((one) => one.open > 0);
        const ending = working[(seed.next().value ?? 0) % Math.max(1, working.length)];
        if (!ending) {
          // A stop lasts until a person ends it, whatever ends well after it.
          if (stopped === undefined) expect(decision.do).toBe('done');
          break;
        }
        ending.open -= 1;
        const outcome: Outcome = (seed.next().value ?? 0) < bad ? 'error' : 'done';
        if (outcome === 'error') ending.errors += 1;
        outcomes.unshift(outcome);
      }
      for (const { errors: found } of counts)
        expect(found).toBeLessThanOrEqual(errors + 1 + (stopped ?? 0));
      if (stopped === undefined) expect(counts.every(({ waiting }) => waiting === 0)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('puts each device into one group, of those that a group names into that', () => {
  const device = fc.record({
    name: fc.stringMatching(/^[a-z]{1,3}$/),
    tags: fc.subarray(['a', 'b', 'c']),
  });
  const share = fc.integer({ min: 1, max: 99 }).map((percent) => `${percent}%`);
  const group = fc.record(
    {
      tags: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
      size: fc.oneof(fc.integer({ min: 1, max: 5 }), share, fc.constant('rest' as const)),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(device, { selector: ({ name }) => name }),
      fc.array(group),
      (devices, groups) => {
        const [named] = devices;
        const raw = [...groups, ...(named ? [{ devices: [named.name] }] : []), {}];
        const found = groupsOf(raw, devices);
        const all = found.flatMap((one) => one.devices.map(({ name }) => name));
        expect([...all].sort()).toEqual(devices.map(({ name }) => name).sort());
        const home = found.find((one) => one.devices.some(({ name }) => name === named?.name));
        if (named) expect(home?.group.devices).toEqual([named.name]);
      },
    ),
  );
});

it.each([
  ['01:00', '05:00', '2026-01-01T03:00:00Z', true],
  ['01:00', '05:00', '2026-01-01T05:00:00Z', false],
  ['22:00', '05:00', '2026-01-01T23:30:00Z', true],
  ['22:00', '05:00', '2026-01-01T12:00:00Z', false],
])('devices begin from %s to %s: at %s %s', (from, to, now, open) => {
  expect(isWithin({ from, to, zone: 'UTC' }, new Date(now))).toBe(open);
});

it('a window is of its zone', () => {
  const window = { from: '01:00', to: '05:00', zone: 'Asia/Tokyo' };
  expect(isWithin(window, new Date('2026-01-01T17:00:00Z'))).toBe(true);
  expect(isWithin(window, new Date('2026-01-01T03:00:00Z'))).toBe(false);
});
