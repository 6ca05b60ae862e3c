/** Slots that systemd-boot or UEFI itself starts: a good update, one that panics, one that hangs, and power cuts on trial. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as cells from '../boot-cells.js';
import type { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';
import { levitateWith } from '../slot-loaders.js';

describe.each(['systemd-boot', 'efi'] as const)('%s', (loader) => {
  let levitate: Levitate;
  beforeAll(async () => {
    levitate = await levitateWith(loader);
  }, minutes(20));
  afterAll(() => levitate.close());

  test('a good update is confirmed', { timeout: minutes(20) }, () => cells.updates(levitate));

  test('a kernel that panics falls back', { timeout: minutes(20) }, () =>
    cells.fallsBack(levitate, 'panic'),
  );

  test('a kernel that hangs is reset by the watchdog', { timeout: minutes(20) }, () =>
    cells.fallsBack(levitate, 'hang'),
  );

  test('a slot without a kernel is not tried', { timeout: minutes(15) }, () =>
    cells.refusesWithoutKernel(levitate),
  );

  test('power cuts on trial fall back', { timeout: minutes(30) }, () =>
    cells.survivesCutOnTrial(levitate),
  );

  test('a rollback leads to the slot before', { timeout: minutes(30) }, async () => {
    await cells.updates(levitate);
    await cells.rollsBack(levitate);
  });
});
