/** A device with two slots: the one that does not run is written from the running system, and confirmed from inside after one reboot. */
import { updates, needsNothing } from './boot-cells.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const test = deviceTest('sbc-slots');

test(
  'a slot is written while the other one runs; the same build once more is nothing to do',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    await updates(levitate);
    await needsNothing(levitate);
  },
);
