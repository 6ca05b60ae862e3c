/** A sample of `npm run faults -- --firmware bios`: one power cut in each part of re-imaging a disk. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { minutes } from './lines.js';
import { Random } from '../fuzz/random.js';
import { promisedAfter } from '../faults/power-cuts/promised.js';
import { Recording } from '../faults/power-cuts/recording.js';

let recording: Recording;
beforeAll(async () => {
  recording = await Recording.make('bios');
}, minutes(10));
afterAll(() => recording.remove());

test('as the first sector is written that starts the rescue', { timeout: minutes(5) }, async () => {
  const { orders, turns } = recording;
  const count = turns.rescue + 1;
  const started = await recording.startsAfter(count, new Random('sample/rescue'));
  expect(promisedAfter(orders, turns, count)).toContain(started);
});

test('before the switch, which is all that lacks', { timeout: minutes(5) }, async () => {
  expect(await recording.startsAfter(recording.turns.switch, new Random('sample/switch'))).toBe(
    'rescue',
  );
});

test('in the middle of the write', { timeout: minutes(5) }, async () => {
  const { rescue, switch: end } = recording.turns;
  const random = new Random('sample/write');
  const count = rescue + 2 + random.below(end - rescue - 2);
  expect(await recording.startsAfter(count, random)).toBe('rescue');
});
