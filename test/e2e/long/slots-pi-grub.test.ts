/** Slots of a Debian's GRUB as it is, and of a board that boots as a Raspberry Pi does: a good update, and new systems that fall back. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as cells from '../boot-cells.js';
import type { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';
import { levitateWith } from '../slot-loaders.js';

describe.each(['grub-next-entry', 'rpi-tryboot'] as const)('%s', (loader) => {
  let levitate: Levitate;
  beforeAll(async () => {
    levitate = await levitateWith(loader);
  }, minutes(30));
  afterAll(() => levitate.close());

  test('an update, and the same build once more', { timeout: minutes(30) }, async () => {
    await cells.updates(levitate);
    await cells.needsNothing(levitate);
  });

  test.for(['panic', 'no-kernel', 'no-network'] as const)(
    'a new system falls back: %s',
    { timeout: minutes(40) },
    (variant) => cells.fallsBack(levitate, variant),
  );
});
